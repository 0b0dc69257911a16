package io.agentmetrics.api.agent;

import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.model.number.Percent;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * How many finish within a time; the type of the same name of the GraphQL schema.
 *
 * @param percent the share of the timed executions that took no longer; 0 if there are
 * none
 * @param rankErrorPercent how far it may be off, in points
 */
record Share(long ms, double percent, long count, boolean exact, double rankErrorPercent) {

	static Share of(LatencySketch times, long ms) {
		if (ms < 0) {
			throw new ProblemException(ProblemKind.BAD_INPUT,
					"The argument 'ms' must not be negative, but was " + ms + ".");
		}
		double rank = times.rank(ms);
		return new Share(ms, Percent.rounded(100 * rank), times.count(), times.isExact(),
				Rounding.bound(times.rankErrorPercent(rank)));
	}

}
