package io.agentmetrics.api.evidence;

import java.util.Map;
import java.util.Optional;

import io.agentmetrics.api.series.Granularity;
import io.agentmetrics.api.series.MetricsSeries;
import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * What is known of an agent's executions in a window.
 *
 * @param statistics counts, times and trend
 * @param distribution how long they took, all of them together; of none if that was not
 * asked for, empty if what is stored of it cannot be read
 * @param series the window in pieces, by what was asked for
 */
public record Evidence(WindowStatistics statistics, Optional<LatencySketch> distribution,
		Map<Granularity, MetricsSeries> series) {

	/**
	 * Makes evidence of statistics that rest on no parts.
	 * @param statistics counts, times and trend
	 * @return neither distribution nor series
	 */
	public static Evidence of(WindowStatistics statistics) {
		return new Evidence(statistics, Optional.of(LatencySketch.empty()), Map.of());
	}

	/**
	 * Replaces the statistics by exact ones.
	 * @param exact counts, times and trend of the same executions
	 * @return the same distribution and series
	 */
	public Evidence with(WindowStatistics exact) {
		return new Evidence(exact, this.distribution, this.series);
	}

}
