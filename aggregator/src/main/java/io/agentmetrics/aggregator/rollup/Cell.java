package io.agentmetrics.aggregator.rollup;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.metrics.Usage;
import io.agentmetrics.model.sketch.LatencySketch;
import org.jspecify.annotations.Nullable;

/**
 * The part of an agent's day that ran one release in one environment.
 *
 * @param key {@code null} for the rest: all that are not told apart
 */
public record Cell(@Nullable CellKey key, ExecutionCounts counts, HourlyCounts hours, LatencySketch times,
		Usage usage) {
}
