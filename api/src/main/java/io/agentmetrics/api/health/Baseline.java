package io.agentmetrics.api.health;

import java.util.OptionalLong;

/**
 * What is usual for an agent, from its closed days before yesterday.
 *
 * @param finished its successful and failed executions
 * @param failed the failed ones
 * @param timed its executions with a measured time; 0 if what is stored of them cannot be
 * read
 * @param p95Ms the time within which 95 % of them ended
 * @param p99Ms the time within which 99 % of them ended
 */
record Baseline(long finished, long failed, long timed, OptionalLong p95Ms, OptionalLong p99Ms) {

	static final Baseline NONE = new Baseline(0, 0, 0, OptionalLong.empty(), OptionalLong.empty());

	/** How many took longer than {@link #p95Ms()}, which is a nearest rank. */
	long slow() {
		return this.timed / 20;
	}

	double errorRatePercent() {
		return (this.finished > 0) ? 100.0 * this.failed / this.finished : 0.0;
	}

}
