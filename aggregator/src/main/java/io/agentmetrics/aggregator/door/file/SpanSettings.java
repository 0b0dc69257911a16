package io.agentmetrics.aggregator.door.file;

import java.time.Duration;
import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Those settings of the receiver by which an import reads spans as well.
 */
@ConfigurationProperties("agent-metrics.receiver")
record SpanSettings(@DefaultValue("1d") Duration keepSpans, @DefaultValue("true") boolean sameNameIsSameRun,
		@DefaultValue Set<String> agentIds) {

	private static final Duration SHORTEST = Duration.ofMinutes(1);

	private static final Duration LONGEST = Duration.ofDays(30);

	SpanSettings {
		if (keepSpans.compareTo(SHORTEST) < 0 || keepSpans.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException("agent-metrics.receiver.keep-spans must be 1m to 30d, not " + keepSpans);
		}
	}

}
