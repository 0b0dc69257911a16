package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Window;

/**
 * A range of time in which an agent's raw executions are counted by hours.
 *
 * @param origin a midnight not after its start; hours begin at multiples of 60 minutes
 * after it
 */
record RawRange(UUID agentId, Window window, Instant origin) {

	/**
	 * Cuts a window where hours begin to be counted from another midnight.
	 * @return ranges that make up the window; one in nearly all zones, none if it is
	 * empty
	 */
	static List<RawRange> of(UUID agentId, Window window, ZoneId zone) {
		DayCalendar calendar = new DayCalendar(zone);
		return calendar.inWholeHours(window)
			.stream()
			.map((part) -> new RawRange(agentId, part, calendar.startOf(calendar.dayOf(part.from()))))
			.toList();
	}

	/**
	 * Returns the time from the start of the first to the end of the last.
	 * @param ranges at least one range
	 */
	static Window outer(Collection<RawRange> ranges) {
		Instant from = ranges.stream()
			.map((range) -> range.window().from())
			.min(Comparator.naturalOrder())
			.orElseThrow();
		Instant to = ranges.stream().map((range) -> range.window().to()).max(Comparator.naturalOrder()).orElseThrow();
		return new Window(from, to);
	}

}
