package io.agentmetrics.api.metrics.source;

import java.util.Map;
import java.util.Optional;

import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Granularity;

/**
 * Counts, times, trend and usage of an agent's executions in a window.
 *
 * @param times how long they took; empty if what is stored of them cannot be read
 * @param trend whether they succeed more or less often than before; empty if the stored
 * hours of a day cannot be read
 * @param distribution how long they took, all of them together; of none if that was not
 * asked for, empty if what is stored of it cannot be read
 * @param series the window cut into the granularities that were asked for
 * @param usage their tokens and costs; none if that was not asked for
 * @param tokens how many tokens, input and output together, each of them took that
 * reports any; of none if that was not asked for, empty if what is stored of it cannot be
 * read
 */
public record Metrics(ExecutionCounts counts, Optional<ExecutionTimes> times, Optional<Trend> trend,
		Optional<LatencySketch> distribution, Map<Granularity, MetricsSeries> series, UsageTotals usage,
		Optional<LatencySketch> tokens) {

	private static final Metrics EMPTY = of(ExecutionCounts.empty(), ExecutionTimes.empty(), Trend.NO_DATA);

	/**
	 * Returns the metrics of no execution.
	 * @return zeros, no times, no trend
	 */
	public static Metrics empty() {
		return EMPTY;
	}

	static Metrics of(ExecutionCounts counts, ExecutionTimes times, Trend trend) {
		return new Metrics(counts, Optional.of(times), Optional.of(trend), Optional.of(LatencySketch.empty()), Map.of(),
				UsageTotals.NONE, Optional.of(LatencySketch.empty()));
	}

	/** Adds what was read of the same executions besides. */
	Metrics withBuckets(Metrics read) {
		return new Metrics(this.counts, this.times, this.trend, read.distribution, read.series, read.usage,
				read.tokens);
	}

}
