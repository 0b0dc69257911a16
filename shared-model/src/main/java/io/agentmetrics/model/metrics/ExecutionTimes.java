package io.agentmetrics.model.metrics;

import java.util.OptionalDouble;
import java.util.OptionalLong;

import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * Statistics of how long the timed executions took. A percentile is a nearest rank: the
 * smallest duration with at least that share of the durations at or below it.
 *
 * @param count how many executions are timed
 * @param sumMs the sum of their durations; {@link SaturatingSum#LIMIT} when it is not
 * less
 * @param minMs the shortest, empty without timed executions
 * @param maxMs the longest, empty without timed executions
 * @param p50Ms the median, empty without timed executions
 * @param p95Ms the 95th percentile, empty without timed executions
 * @param p99Ms the 99th percentile, empty without timed executions
 * @param exact whether the percentiles are exact
 * @param p50RankErrorPercent how far, in percent of rank, the median may be off; 0 when
 * exact
 * @param p95RankErrorPercent the same for the 95th percentile
 * @param p99RankErrorPercent the same for the 99th percentile
 */
public record ExecutionTimes(long count, long sumMs, OptionalLong minMs, OptionalLong maxMs, OptionalLong p50Ms,
		OptionalLong p95Ms, OptionalLong p99Ms, boolean exact, double p50RankErrorPercent, double p95RankErrorPercent,
		double p99RankErrorPercent) {

	private static final ExecutionTimes EMPTY = of(LatencySketch.empty());

	public ExecutionTimes {
		if (count < 0 || sumMs < 0) {
			throw new IllegalArgumentException(count + " executions cannot take " + sumMs + " ms");
		}
		for (OptionalLong each : new OptionalLong[] { minMs, maxMs, p50Ms, p95Ms, p99Ms }) {
			if (each.isPresent() != count > 0) {
				throw new IllegalArgumentException(count + " executions, but a time is " + each);
			}
		}
	}

	/**
	 * Returns the times of no execution.
	 * @return zero and empty
	 */
	public static ExecutionTimes empty() {
		return EMPTY;
	}

	/**
	 * Reads the times from a sketch.
	 */
	public static ExecutionTimes of(LatencySketch sketch) {
		return new ExecutionTimes(sketch.count(), sketch.sumMs(), sketch.minMs(), sketch.maxMs(),
				sketch.quantileMs(0.5), sketch.quantileMs(0.95), sketch.quantileMs(0.99), sketch.isExact(),
				sketch.rankErrorPercent(0.5), sketch.rankErrorPercent(0.95), sketch.rankErrorPercent(0.99));
	}

	/**
	 * Returns the average from the exact sum and count.
	 * @return ms, not rounded; empty without timed executions and when the sum is
	 * {@linkplain #isSumSaturated() saturated}
	 */
	public OptionalDouble avgMs() {
		return (this.count > 0 && !isSumSaturated()) ? OptionalDouble.of((double) this.sumMs / this.count)
				: OptionalDouble.empty();
	}

	/**
	 * Returns whether the durations add up to more than can be said.
	 * @return {@code true} when there is no average
	 */
	public boolean isSumSaturated() {
		return SaturatingSum.isSaturated(this.sumMs);
	}

}
