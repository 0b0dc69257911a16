package io.agentmetrics.api.exposition;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What is shown to Prometheus.
 *
 * @param enabled whether this replica may count executions; not where it may not write
 * @param interval how often finished executions are counted, and how soon another replica
 * takes over
 * @param agents how many agents have time series of their own; all others are counted as
 * {@code other}
 * @param errorTypes how many error types are told apart; all others are counted as
 * {@code other}
 * @param releases how many releases of an agent are told apart in its tokens and costs,
 * all others being {@code other}; 0 for none, and no label for them
 * @param atZero for how long a time series that appears is shown at 0
 * @param successRateWindow how far the success rate reaches back
 * @param freshness how often it is looked how far the aggregator has come, and how agents
 * stand with their objectives
 */
@Validated
@ConfigurationProperties("agent-metrics.exposition")
record ExpositionProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("1s") @DurationMin(millis = 100) @DurationMax(seconds = 10) Duration interval,
		@DefaultValue("200") @Min(1) @Max(5_000) int agents, @DefaultValue("20") @Min(1) @Max(100) int errorTypes,
		@DefaultValue("0") @Min(0) @Max(100) int releases,
		@DefaultValue("75s") @DurationMin(seconds = 0) @DurationMax(minutes = 10) Duration atZero,
		@DefaultValue("1h") @DurationMin(minutes = 1) @DurationMax(days = 1) Duration successRateWindow,
		@DefaultValue("30s") @DurationMin(seconds = 1) @DurationMax(minutes = 10) Duration freshness) {
}
