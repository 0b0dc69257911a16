package io.agentmetrics.api.agent;

import java.util.OptionalLong;

import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * One quantile; the type of the same name of the GraphQL schema.
 *
 * @param rank the share that was asked for, 0 to 1
 * @param ms the time within which that share finished; empty without timed executions
 * @param rankErrorPercent how far the rank may be off
 */
record Percentile(double rank, OptionalLong ms, long count, boolean exact, double rankErrorPercent) {

	static Percentile of(LatencySketch times, double rank) {
		// written so that NaN is refused
		if (!(rank >= 0 && rank <= 1)) {
			throw new ProblemException(ProblemKind.BAD_INPUT,
					"The argument 'rank' must be from 0 to 1, such as 0.95, but was " + rank + ".");
		}
		return new Percentile(rank, times.quantileMs(rank), times.count(), times.isExact(),
				Rounding.bound(times.rankErrorPercent(rank)));
	}

}
