package io.agentmetrics.api.security;

import java.time.Duration;
import java.util.List;

import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which requests are allowed.
 *
 * @param mode whether a token is needed
 * @param issuerUri who must have issued a token; its keys are found through its metadata
 * unless jwkSetUri says where they are
 * @param jwkSetUri where the keys are that tokens are signed with
 * @param audience whom a token must be meant for
 * @param clockSkew how far the clocks of the issuer and this machine may be apart
 * @param allowedOrigins the pages of other hosts that browsers let ask here, such as
 * https://portal.example.com; none unless given
 */
@Validated
@ConfigurationProperties("agent-metrics.security")
record SecurityProperties(@DefaultValue("jwt") @NotNull Mode mode, @Nullable String issuerUri,
		@Nullable String jwkSetUri, @Nullable String audience,
		@DefaultValue("30s") @DurationMin @DurationMax(minutes = 5) Duration clockSkew,
		@DefaultValue List<String> allowedOrigins) {

	/**
	 * Whether a token is needed.
	 */
	enum Mode {

		/** A JSON Web Token with the scope metrics:read. */
		JWT,

		/** Whoever reaches the port may read everything. */
		NONE

	}

}
