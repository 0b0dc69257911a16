package io.agentmetrics.api.security;

import java.time.Duration;
import java.util.List;

import io.agentmetrics.api.security.SecurityProperties.Mode;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.security.autoconfigure.web.servlet.PathRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;

/**
 * Every path needs a token, but for the page's files, which hold no data, and the
 * endpoints of the management port, which only operators reach.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(SecurityConfiguration.class);

	private static final String[] PAGE = { "/", "/index.html", "/assets/**", "/graphiql" };

	/** Browsers hide all others from a page of another host. */
	private static final List<String> EXPOSED = List.of("Agent-Metrics-From", "Agent-Metrics-To", "Agent-Metrics-Zone",
			"Agent-Metrics-Aggregated-Through", "Agent-Metrics-Computed-At", HttpHeaders.CONTENT_DISPOSITION,
			HttpHeaders.RETRY_AFTER, HttpHeaders.WWW_AUTHENTICATE, "X-Request-Id");

	/** Those of our own, of traces (W3C), and what Apollo's clients add. */
	private static final List<String> SENT = List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.CONTENT_TYPE,
			HttpHeaders.ACCEPT, "X-Request-Id", "traceparent", "tracestate", "apollographql-client-name",
			"apollographql-client-version", "apollo-require-preflight", "x-apollo-operation-name");

	/** How long each filter takes is worth less than what watching all of them costs. */
	@Bean
	SecurityObservationSettings unobserved() {
		return SecurityObservationSettings.noObservations();
	}

	@Bean
	@Order(1)
	SecurityFilterChain management(HttpSecurity http) {
		stateless(http);
		return http.securityMatcher(EndpointRequest.toAnyEndpoint())
			.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.build();
	}

	@Bean
	@Order(2)
	SecurityFilterChain access(HttpSecurity http, SecurityProperties properties) {
		stateless(http);
		http.cors(Customizer.withDefaults());
		http.headers(BrowserRules::write);
		if (properties.mode() == Mode.NONE) {
			logger.atInfo().log("No token is needed: whoever reaches this port may read all metrics");
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}
		AccessProblems problems = new AccessProblems();
		http.authorizeHttpRequests(SecurityConfiguration::needToken);
		http.exceptionHandling((handling) -> handling.authenticationEntryPoint(problems).accessDeniedHandler(problems));
		http.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults())
			.authenticationEntryPoint(problems)
			.accessDeniedHandler(problems)
			.withObjectPostProcessor(problems.afterTokenFilter()));
		return http.build();
	}

	@Bean
	CorsConfigurationSource corsConfigurationSource(SecurityProperties properties) {
		CorsConfiguration allowed = new CorsConfiguration();
		allowed.setAllowedOrigins(properties.allowedOrigins());
		allowed.setAllowedMethods(List.of("GET", "HEAD", "POST"));
		allowed.setAllowedHeaders(SENT);
		allowed.setMaxAge(Duration.ofHours(1));
		allowed.setExposedHeaders(EXPOSED);
		UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
		source.registerCorsConfiguration("/**", allowed);
		return source;
	}

	/** No session, no cookie, no form: so nothing that another site could make use of. */
	private static void stateless(HttpSecurity http) {
		http.csrf(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
	}

	private static void needToken(
			AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests) {
		requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD)
			.permitAll()
			.requestMatchers(HttpMethod.GET, PAGE)
			.permitAll()
			.requestMatchers(PathRequest.toStaticResources().atCommonLocations())
			.permitAll()
			// browsers cannot send headers with it: WebSocketAdmission asks for the token
			.requestMatchers(SecurityConfiguration::opensWebSocket)
			.permitAll()
			.anyRequest()
			.hasAuthority(Tokens.READ);
	}

	private static boolean opensWebSocket(HttpServletRequest request) {
		return HttpMethod.GET.matches(request.getMethod()) && request.getServletPath().equals("/graphql")
				&& "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
	}

}
