package io.agentmetrics.api.metrics.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * The metrics of an agent's executions in the hours of a stored day, or in a single hour
 * that was counted from raw executions.
 *
 * @param start when the first hour starts, or the window if that is later
 * @param counts how many ended how
 * @param hours how many started in each hour; empty if what is stored of that cannot be
 * read
 * @param times how long they took: of none if nobody asked, empty if what is stored of
 * them cannot be read
 * @param usage their tokens and costs; none if nobody asked
 * @param tokens how many tokens each took that reports any: of none if nobody asked,
 * empty if what is stored of them cannot be read
 */
public record Bucket(Instant start, ExecutionCounts counts, Optional<HourlyCounts> hours, Optional<LatencySketch> times,
		UsageTotals usage, Optional<LatencySketch> tokens) {

	/**
	 * Returns when an hour starts.
	 * @param hour the hour, from 0
	 */
	Instant start(int hour) {
		return this.start.plus(Duration.ofHours(hour));
	}

	boolean isSingleHour() {
		return this.hours.filter((hours) -> hours.hours() == 1).isPresent();
	}

}
