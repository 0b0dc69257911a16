package io.agentmetrics.api.security;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.web.client.RestOperations;
import org.springframework.web.client.RestTemplate;

/**
 * Decodes and checks tokens: a good one is signed with one of the issuer's keys by an
 * asymmetric algorithm, meant for this service, and not expired.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "agent-metrics.security.mode", havingValue = "jwt", matchIfMissing = true)
class Tokens {

	/** The authority of a token whose claim scope or scp has metrics:read. */
	static final String READ = "SCOPE_metrics:read";

	private static final Duration PATIENCE = Duration.ofSeconds(3);

	/** Tokens with keys that nobody knows cost the issuer two requests in this time. */
	private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(5);

	/** All asymmetric: with a symmetric one the public key would be the secret. */
	private static final Set<SignatureAlgorithm> ALGORITHMS = EnumSet.allOf(SignatureAlgorithm.class);

	@Bean
	JwtDecoder jwtDecoder(SecurityProperties properties, Clock clock) {
		OAuth2TokenValidator<Jwt> validator = validator(properties, clock);
		RestOperations client = client();
		// not before the first token: the issuer may start after us
		JwtDecoder decoder = new SupplierJwtDecoder(() -> {
			NimbusJwtDecoder nimbus = keys(properties).restOperations(client)
				.jwsAlgorithms((algorithms) -> algorithms.addAll(ALGORITHMS))
				// the validator does
				.validateType(false)
				.build();
			nimbus.setJwtValidator(validator);
			return nimbus;
		});
		return (token) -> decode(decoder, token);
	}

	/** Treats missing metadata of the issuer like missing keys. */
	private static Jwt decode(JwtDecoder decoder, String token) {
		try {
			return decoder.decode(token);
		}
		catch (JwtDecoderInitializationException ex) {
			throw new JwtException("The issuer's keys cannot be found", ex);
		}
	}

	@Bean
	AuthenticationManager tokenAuthentication(JwtDecoder decoder) {
		return new ProviderManager(new JwtAuthenticationProvider(decoder));
	}

	@Bean
	WebSocketAdmission webSocketAdmission(AuthenticationManager tokenAuthentication, Clock clock) {
		return new WebSocketAdmission(tokenAuthentication, clock);
	}

	private static NimbusJwtDecoder.JwkSetUriJwtDecoderBuilder keys(SecurityProperties properties) {
		return (properties.jwkSetUri() != null) ? NimbusJwtDecoder.withJwkSetUri(properties.jwkSetUri())
				: NimbusJwtDecoder.withIssuerLocation(Objects.requireNonNull(properties.issuerUri()));
	}

	private static OAuth2TokenValidator<Jwt> validator(SecurityProperties properties, Clock clock) {
		JwtTimestampValidator time = new JwtTimestampValidator(properties.clockSkew());
		time.setClock(clock);
		time.setAllowEmptyExpiryClaim(false);
		JwtTypeValidator type = new JwtTypeValidator("JWT", "at+jwt", "application/at+jwt");
		type.setAllowEmpty(true);
		OAuth2TokenValidator<Jwt> audience = new JwtClaimValidator<@Nullable List<String>>(JwtClaimNames.AUD,
				(meantFor) -> meantFor != null && meantFor.contains(properties.audience()));
		OAuth2TokenValidator<Jwt> always = new DelegatingOAuth2TokenValidator<>(time, type, audience);
		return (properties.issuerUri() != null)
				? new DelegatingOAuth2TokenValidator<>(always, new JwtIssuerValidator(properties.issuerUri())) : always;
	}

	private static RestOperations client() {
		SimpleClientHttpRequestFactory requests = new SimpleClientHttpRequestFactory();
		requests.setConnectTimeout(PATIENCE);
		requests.setReadTimeout(PATIENCE);
		RestTemplate client = new RestTemplate(requests);
		client.setInterceptors(List.of(new RememberedAnswers(REFRESH_INTERVAL)));
		return client;
	}

}
