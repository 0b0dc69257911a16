package io.agentmetrics.api.execution;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.web.util.UriUtils;

/**
 * Where more of an execution can be seen: its address in the team's trace viewer.
 *
 * @param traceLink the address with {externalId} where the execution's external id
 * stands, like https://traces.example.com/trace/{externalId}; null for no links
 */
@ConfigurationProperties("agent-metrics.api")
record TraceLinks(@Nullable String traceLink) {

	private static final String PLACE = "{externalId}";

	private static final Set<String> SCHEMES = Set.of("http", "https");

	TraceLinks {
		traceLink = (traceLink == null || traceLink.isBlank()) ? null : traceLink.strip();
		if (traceLink != null && !isUsable(traceLink)) {
			throw new IllegalArgumentException(
					"agent-metrics.api.trace-link must be an address that begins with http:// "
							+ "or https:// and a host and has " + PLACE
							+ " behind them, like https://traces.example.com/trace/" + PLACE + ", not " + traceLink);
		}
	}

	/** Returns the address for an external id; empty without a setting. */
	Optional<String> link(String externalId) {
		return Optional.ofNullable(this.traceLink)
			.map((template) -> template.replace(PLACE, UriUtils.encode(externalId, StandardCharsets.UTF_8)));
	}

	/** An id must not choose the host. */
	private static boolean isUsable(String template) {
		try {
			URI one = URI.create(template.replace(PLACE, "1"));
			URI another = URI.create(template.replace(PLACE, "22"));
			return SCHEMES.contains(String.valueOf(one.getScheme())) && one.getHost() != null
					&& one.getRawAuthority().equals(another.getRawAuthority()) && !one.equals(another);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
