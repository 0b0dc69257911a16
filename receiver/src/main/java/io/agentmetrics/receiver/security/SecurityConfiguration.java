package io.agentmetrics.receiver.security;

import java.io.IOException;

import io.agentmetrics.receiver.trace.RpcStatus;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Every request needs a token with the scope metrics:write, unless only this machine can
 * send it, and but for the endpoints of the management port.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(SecurityConfiguration.class);

	private static final String WRITE = "SCOPE_metrics:write";

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
	SecurityFilterChain access(HttpSecurity http, Environment environment) {
		stateless(http);
		TokenSettings tokens = TokenSettings.of(environment);
		if (!tokens.areNeeded()) {
			if (tokens.isOpen()) {
				logger.atInfo().log("No token is needed: whoever reaches this port may send spans");
			}
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}
		http.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
			.permitAll()
			.anyRequest()
			.hasAuthority(WRITE));
		http.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults())
			.authenticationEntryPoint((request, response, failure) -> refuse(request, response))
			.accessDeniedHandler((request, response, failure) -> {
				response.setHeader(HttpHeaders.WWW_AUTHENTICATE,
						"Bearer error=\"insufficient_scope\", scope=\"metrics:write\"");
				RpcStatus.PERMISSION_DENIED.answer(request, response, "The token lacks the scope metrics:write");
			})
			.withObjectPostProcessor(new ObjectPostProcessor<BearerTokenAuthenticationFilter>() {

				@Override
				public <F extends BearerTokenAuthenticationFilter> F postProcess(F filter) {
					filter.setAuthenticationFailureHandler(SecurityConfiguration::refuseToken);
					return filter;
				}

			}));
		return http.build();
	}

	/** Where the issuer's keys cannot be fetched, that is not the caller's mistake. */
	private static void refuseToken(HttpServletRequest request, HttpServletResponse response,
			AuthenticationException failure) throws IOException {
		if (failure instanceof AuthenticationServiceException) {
			logger.atWarn().addKeyValue("cause", failure.getMessage()).log("Tokens cannot be checked");
			RpcStatus.UNAVAILABLE.answer(request, response, "Tokens cannot be checked at the moment");
		}
		else {
			refuse(request, response);
		}
	}

	private static void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
		RpcStatus.UNAUTHENTICATED.answer(request, response,
				"A bearer token with the scope metrics:write is needed, which is not expired and meant for this service");
	}

	/** No session, no cookie, no form: so nothing that another site could make use of. */
	private static void stateless(HttpSecurity http) {
		http.csrf(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
	}

}
