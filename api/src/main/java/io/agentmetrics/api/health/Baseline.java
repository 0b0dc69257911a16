package io.agentmetrics.api.health;

import java.util.OptionalLong;

import io.agentmetrics.model.execution.Execution;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * What is usual for an agent, from its closed days before yesterday.
 *
 * @param finished its successful and failed executions
 * @param failed the failed ones
 * @param timed its executions with a time that the schema lets them have; 0 if what is
 * stored of them cannot be read
 * @param p95Ms the time within which 95 % of them ended
 * @param p99Ms the time within which 99 % of them ended
 * @param rhythm when it usually runs
 */
record Baseline(long finished, long failed, long timed, OptionalLong p95Ms, OptionalLong p99Ms, Rhythm rhythm) {

	static final Baseline NONE = new Baseline(0, 0, 0, OptionalLong.empty(), OptionalLong.empty(), Rhythm.UNKNOWN);

	/** Returns what is usual, without times that no execution can take. */
	static Baseline of(long finished, long failed, LatencySketch times, Rhythm rhythm) {
		double possible = times.rank(Execution.MAX_TIME_MS);
		if (possible == 0) {
			return new Baseline(finished, failed, 0, OptionalLong.empty(), OptionalLong.empty(), rhythm);
		}
		return new Baseline(finished, failed, Math.round(possible * times.count()), times.quantileMs(0.95 * possible),
				times.quantileMs(0.99 * possible), rhythm);
	}

	/** Returns what is usual without some of the executions. */
	Baseline without(long lessFinished, long lessFailed) {
		long finished = Math.max(0, this.finished - lessFinished);
		return new Baseline(finished, Math.min(finished, Math.max(0, this.failed - lessFailed)), this.timed, this.p95Ms,
				this.p99Ms, this.rhythm);
	}

	/** How many took longer than {@link #p95Ms()}, which is a nearest rank. */
	long slow() {
		return this.timed / 20;
	}

	double errorRatePercent() {
		return (this.finished > 0) ? 100.0 * this.failed / this.finished : 0.0;
	}

}
