package io.agentmetrics.api.agent;

import java.util.OptionalDouble;
import java.util.OptionalLong;

import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * How long executions took; the type {@code ExecutionTimes} of the GraphQL schema.
 *
 * @param count how many executions are timed
 */
record ExecutionTimesAnswer(long count, OptionalDouble avgMs, OptionalLong minMs, OptionalLong maxMs,
		OptionalLong p50Ms, OptionalLong p95Ms, OptionalLong p99Ms, boolean exact, RankError rankErrorPercent) {

	static ExecutionTimesAnswer of(ExecutionTimes times) {
		return new ExecutionTimesAnswer(times.count(), Rounding.averageMs(times), times.minMs(), times.maxMs(),
				times.p50Ms(), times.p95Ms(), times.p99Ms(), times.exact(),
				new RankError(Rounding.bound(times.p50RankErrorPercent()), Rounding.bound(times.p95RankErrorPercent()),
						Rounding.bound(times.p99RankErrorPercent())));
	}

	/**
	 * How far percentiles may be off, in percent of rank.
	 */
	record RankError(double p50, double p95, double p99) {

		static RankError of(LatencySketch sketch) {
			return new RankError(Rounding.bound(sketch.rankErrorPercent(0.5)),
					Rounding.bound(sketch.rankErrorPercent(0.95)), Rounding.bound(sketch.rankErrorPercent(0.99)));
		}
	}

}
