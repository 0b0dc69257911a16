package io.agentmetrics.api.dashboard;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which agents the rankings name, and how much the series reads.
 *
 * @param ranking the rule for being ranked at all
 * @param issues the rule for having issues
 * @param series how much the series reads
 */
@Validated
@ConfigurationProperties("agent-metrics")
record DashboardProperties(@DefaultValue @Valid Ranking ranking, @DefaultValue @Valid Issues issues,
		@DefaultValue @Valid Series series) {

	/**
	 * The rule for being ranked at all.
	 *
	 * @param minFinished how many finished executions an agent needs, because the rate of
	 * a few says little
	 */
	record Ranking(@DefaultValue("10") @Min(1) long minFinished) {
	}

	/**
	 * The rule for having issues.
	 *
	 * @param errorRatePercent an agent has issues when its error rate is above this
	 */
	record Issues(@DefaultValue("10") @DecimalMin("0") @DecimalMax("100") double errorRatePercent) {
	}

	/**
	 * How much the series reads.
	 *
	 * @param executionsRead from how many executions at most the times are read that no
	 * closed day holds; 250,000 take about a quarter of a second
	 */
	record Series(@DefaultValue("250000") @Min(0) @Max(10_000_000) long executionsRead) {
	}

}
