package io.agentmetrics.api.agent;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

import io.agentmetrics.api.metrics.DistributionChange;
import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.metrics.ValueChange;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.sketch.DistributionDistance;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * How an agent's metrics changed against the window before; the type of the same name of
 * the GraphQL schema.
 *
 * @param distance how far the times of both are apart
 */
record MetricsChange(AgentMetrics current, AgentMetrics previous, DistributionDistance distance) {

	static MetricsChange between(AgentMetrics previous, AgentMetrics current) {
		LatencySketch times = current.metrics().distribution().orElse(LatencySketch.empty());
		LatencySketch timesBefore = previous.metrics().distribution().orElse(LatencySketch.empty());
		return new MetricsChange(current, previous, DistributionDistance.between(times, timesBefore));
	}

	public boolean comparable() {
		return note().isEmpty();
	}

	public Optional<String> note() {
		return this.current.lacking()
			.map((sentence) -> "The window is not all there: " + sentence)
			.or(() -> this.previous.lacking().map((sentence) -> "The window before is not all there: " + sentence));
	}

	public ValueChange totalExecutions() {
		return ValueChange.ofCounts(counts().total(), countsBefore().total()).significantIf(comparable());
	}

	public ValueChange failedExecutions() {
		return ValueChange.ofCounts(counts().failed(), countsBefore().failed()).significantIf(comparable());
	}

	public ValueChange successRate() {
		return ValueChange.ofSuccessRates(counts(), countsBefore()).significantIf(comparable());
	}

	public ValueChange errorRate() {
		return ValueChange.ofErrorRates(counts(), countsBefore()).significantIf(comparable());
	}

	public ValueChange avgMs() {
		return ofTimes(Rounding::averageMs);
	}

	public ValueChange p50Ms() {
		return ofTimes((times) -> real(times.p50Ms()));
	}

	public ValueChange p95Ms() {
		return ofTimes((times) -> real(times.p95Ms()));
	}

	public ValueChange p99Ms() {
		return ofTimes((times) -> real(times.p99Ms()));
	}

	public DistributionChange latency() {
		return DistributionChange.of(this.distance).significantIf(comparable());
	}

	private ValueChange ofTimes(Function<ExecutionTimes, OptionalDouble> value) {
		return ValueChange.of(value(this.current, value), value(this.previous, value), this.distance.significant())
			.significantIf(comparable());
	}

	private static OptionalDouble value(AgentMetrics answer, Function<ExecutionTimes, OptionalDouble> value) {
		return answer.metrics().times().map(value).orElseGet(OptionalDouble::empty);
	}

	private static OptionalDouble real(OptionalLong ms) {
		return ms.isPresent() ? OptionalDouble.of(ms.getAsLong()) : OptionalDouble.empty();
	}

	private ExecutionCounts counts() {
		return this.current.metrics().counts();
	}

	private ExecutionCounts countsBefore() {
		return this.previous.metrics().counts();
	}

}
