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

}
