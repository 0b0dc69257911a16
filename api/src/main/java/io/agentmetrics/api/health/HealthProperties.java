package io.agentmetrics.api.health;

import java.time.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The thresholds of health.
 *
 * @param kept how long all agents' health is served before it is computed again; 0 keeps
 * none
 * @param baselineDays how many closed days before yesterday an agent is compared with
 * @param significance how likely an increase may be by chance to be one at all; small,
 * because every agent is judged again and again
 * @param errorRate the rule for failing executions
 * @param latency the rule for slow executions
 * @param stuck the rule for executions that do not end
 */
@Validated
@ConfigurationProperties("agent-metrics.health")
record HealthProperties(@DefaultValue("15s") @DurationMin @DurationMax(minutes = 10) Duration kept,
		@DefaultValue("28") @Min(1) @Max(90) int baselineDays,
		@DefaultValue("0.001") @DecimalMin("0.000001") @DecimalMax("0.1") double significance,
		@DefaultValue @Valid ErrorRate errorRate, @DefaultValue @Valid Latency latency,
		@DefaultValue @Valid Stuck stuck) {

	/**
	 * The rule for failing executions.
	 *
	 * @param minFinished how many finished executions of the last 24 hours, and of the
	 * days before, it takes to tell
	 * @param warnPoints percentage points above the usual rate that are worth a warning
	 * @param alertPoints the same for an alert
	 * @param warnPercent the rate that is worth a warning, usual or not
	 * @param alertPercent the same for an alert
	 * @param within how far back the last executions are looked for, where too few are
	 * finished in the last 24 hours
	 */
	record ErrorRate(@DefaultValue("10") @Min(1) long minFinished,
			@DefaultValue("5") @DecimalMin("0.1") @DecimalMax("100") double warnPoints,
			@DefaultValue("20") @DecimalMin("0.1") @DecimalMax("100") double alertPoints,
			@DefaultValue("20") @DecimalMin("0.1") @DecimalMax("100") double warnPercent,
			@DefaultValue("50") @DecimalMin("0.1") @DecimalMax("100") double alertPercent,
			@DefaultValue("30d") @DurationMin(days = 1) @DurationMax(days = 90) Duration within) {

		/** Agents that need more of them are judged by so many. */
		private static final long MOST_LAST = 100;

		ErrorRate {
			requireOrder("error-rate.warn-points", warnPoints, "error-rate.alert-points", alertPoints);
			requireOrder("error-rate.warn-percent", warnPercent, "error-rate.alert-percent", alertPercent);
		}

		/** How many of the last executions are looked at. */
		int last() {
			return (int) Math.min(this.minFinished, MOST_LAST);
		}

	}

	/**
	 * The rule for slow executions.
	 *
	 * @param minTimed how many timed executions of the last 24 hours, and of the days
	 * before, it takes to tell
	 * @param warnRatio how many times the usual p95 is worth a warning
	 * @param alertRatio the same for an alert
	 */
	record Latency(@DefaultValue("20") @Min(1) long minTimed,
			@DefaultValue("1.5") @DecimalMin("1.01") @DecimalMax("1000") double warnRatio,
			@DefaultValue("3") @DecimalMin("1.01") @DecimalMax("1000") double alertRatio) {

		Latency {
			requireOrder("latency.warn-ratio", warnRatio, "latency.alert-ratio", alertRatio);
		}

	}

	/**
	 * The rule for executions that do not end.
	 *
	 * @param factor an execution is stuck when it has been in progress for as many times
	 * the agent's usual p99
	 * @param floor but never before this; the limit of agents whose p99 is not known
	 * @param alertCount how many stuck executions are worth an alert; one is worth a
	 * warning
	 * @param forgottenAfter executions that started before are taken for abandoned and
	 * not looked at
	 */
	record Stuck(@DefaultValue("3") @DecimalMin("1") @DecimalMax("1000") double factor,
			@DefaultValue("1h") @DurationMin(seconds = 1) @DurationMax(days = 7) Duration floor,
			@DefaultValue("3") @Min(1) long alertCount,
			@DefaultValue("30d") @DurationMin(days = 1) @DurationMax(days = 400) Duration forgottenAfter) {
	}

	private static void requireOrder(String warn, double warnValue, String alert, double alertValue) {
		if (warnValue > alertValue) {
			throw new IllegalArgumentException("agent-metrics.health." + warn + " must not exceed agent-metrics.health."
					+ alert + ", but " + warnValue + " is more than " + alertValue);
		}
	}

}
