package io.agentmetrics.api.dashboard;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which agents the rankings name.
 *
 * @param ranking the rule for being ranked at all
 * @param issues the rule for having issues
 */
@Validated
@ConfigurationProperties("agent-metrics")
record DashboardProperties(@DefaultValue @Valid Ranking ranking, @DefaultValue @Valid Issues issues) {

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

}
