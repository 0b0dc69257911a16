package io.agentmetrics.api.health;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one rule says about an agent; the type of the same name of the GraphQL schema.
 *
 * @param status what it says, never {@link HealthStatus#TOO_FEW} or
 * {@link HealthStatus#NO_DATA}
 * @param value what was measured: percent for {@link HealthRule#ERROR_RATE}, else ms
 * @param baseline what is usual for the agent in the same unit, empty while unknown
 * @param sampleSize how many executions the value is about
 * @param damage how many executions failed, were slow, hang or are missing beyond what is
 * usual
 * @param since from when on they started
 * @param release the release that carries it, if one does
 * @param sentence all of it in words
 */
record HealthFinding(HealthRule rule, HealthStatus status, double value, OptionalDouble baseline, long sampleSize,
		long damage, Instant since, Optional<String> release, String sentence) {

	/** The most urgent first, of these the one with the most damage. */
	static final Comparator<HealthFinding> WORST_FIRST = Comparator.comparing(HealthFinding::status)
		.thenComparing(HealthFinding::damage, Comparator.reverseOrder())
		.thenComparing(HealthFinding::rule);

	/** Whether a part of the executions of the last 24 hours may carry it. */
	boolean isOfReleases() {
		return this.status != HealthStatus.OK
				&& (this.rule == HealthRule.ERROR_RATE || this.rule == HealthRule.LATENCY);
	}

	/** Returns the same finding, carried by a release. */
	HealthFinding carriedBy(String version, String why) {
		return new HealthFinding(this.rule, this.status, this.value, this.baseline, this.sampleSize, this.damage,
				this.since, Optional.of(version), this.sentence + " " + why);
	}

}
