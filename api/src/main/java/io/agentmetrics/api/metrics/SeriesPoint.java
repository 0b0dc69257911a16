package io.agentmetrics.api.metrics;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.number.Percent;
import io.agentmetrics.model.number.SaturatingSum;

/**
 * One hour, day or week of a series; the type of the same name of the GraphQL schema.
 *
 * @param from its first moment; of the first point that of the window
 * @param to the moment after its last; of the last point that of the window
 * @param open whether it is not over yet
 * @param aggregated whether its numbers are known
 * @param times how long they took; empty where that is not known
 */
public record SeriesPoint(Instant from, Instant to, boolean open, boolean aggregated, long totalExecutions,
		long successfulExecutions, long failedExecutions, Optional<ExecutionTimes> times) {

	/** Names of the fields that need times. */
	public static final Set<String> TIMES = Set.of("count", "avgMs", "p50Ms", "p95Ms", "p99Ms", "exact");

	public double successRate() {
		return Percent.of(this.successfulExecutions, finished());
	}

	public double errorRate() {
		return Percent.of(this.failedExecutions, finished());
	}

	public OptionalLong count() {
		return this.times.isPresent() ? OptionalLong.of(this.times.get().count()) : OptionalLong.empty();
	}

	public OptionalDouble avgMs() {
		return this.times.map(Rounding::averageMs).orElseGet(OptionalDouble::empty);
	}

	public OptionalLong p50Ms() {
		return this.times.map(ExecutionTimes::p50Ms).orElseGet(OptionalLong::empty);
	}

	public OptionalLong p95Ms() {
		return this.times.map(ExecutionTimes::p95Ms).orElseGet(OptionalLong::empty);
	}

	public OptionalLong p99Ms() {
		return this.times.map(ExecutionTimes::p99Ms).orElseGet(OptionalLong::empty);
	}

	public Optional<Boolean> exact() {
		return this.times.map(ExecutionTimes::exact);
	}

	private long finished() {
		return SaturatingSum.of(this.successfulExecutions, this.failedExecutions);
	}

}
