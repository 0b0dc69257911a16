package io.agentmetrics.api.metrics.source;

import io.agentmetrics.model.sketch.LatencySketch;

/**
 * How many executions took no longer than a limit.
 *
 * @param executions how many, a whole number where it is exact
 * @param error by how many it may be off, as {@link LatencySketch#rankErrorPercent} says;
 * 0 where it is exact
 */
public record CountWithin(double executions, double error) {

	static final CountWithin NONE = new CountWithin(0, 0);

	/** Looks a limit up among times. */
	static CountWithin of(LatencySketch times, long limitMs) {
		if (times.count() == 0) {
			return NONE;
		}
		double rank = times.rank(limitMs);
		if (times.isExact() || limitMs < times.minMs().orElseThrow() || limitMs >= times.maxMs().orElseThrow()) {
			return new CountWithin(Math.rint(rank * times.count()), 0);
		}
		return new CountWithin(rank * times.count(), times.rankErrorPercent(rank) / 100 * times.count());
	}

	CountWithin plus(CountWithin more) {
		return new CountWithin(this.executions + more.executions, this.error + more.error);
	}

}
