package io.agentmetrics.aggregator.rollup;

import java.time.Instant;
import java.util.List;

import io.agentmetrics.model.time.DayHour;

/**
 * What one statement reads: the executions that start in a stretch of time, small enough
 * for PostgreSQL to group in memory.
 *
 * @param from the start of the stretch
 * @param to its end, exclusive
 * @param hours the hours it touches, in order
 */
public record Slice(Instant from, Instant to, List<DayHour> hours) {

	public Slice {
		hours = List.copyOf(hours);
		if (hours.isEmpty() || !from.isBefore(to)) {
			throw new IllegalArgumentException("A slice is not empty");
		}
		if (from.isBefore(hours.getFirst().start()) || to.isAfter(hours.getLast().end())) {
			throw new IllegalArgumentException("The slice " + from + " to " + to + " leaves its hours");
		}
	}

	/**
	 * Within one hour PostgreSQL need not tell the hours apart, which it does per row.
	 */
	public boolean isWithinOneHour() {
		return this.hours.size() == 1;
	}

}
