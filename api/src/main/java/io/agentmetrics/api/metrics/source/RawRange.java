package io.agentmetrics.api.metrics.source;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Window;

/**
 * A range of time in which an agent's raw executions are counted by hours.
 *
 * @param agentId the agent
 * @param window the range
 * @param origin a midnight not after its start; hours begin at multiples of 60 minutes
 * after it
 */
record RawRange(UUID agentId, Window window, Instant origin) {

	/**
	 * Cuts a window where hours begin to be counted differently: at midnights that are
	 * not a multiple of 60 minutes after each other, as on Lord Howe Island twice a year.
	 * @param agentId the agent
	 * @param window the window
	 * @param zone where days begin and end
	 * @return ranges that make up the window; one in nearly all zones, none if it is
	 * empty
	 */
	static List<RawRange> of(UUID agentId, Window window, ZoneId zone) {
		List<RawRange> ranges = new ArrayList<>();
		DayCalendar calendar = new DayCalendar(zone);
		LocalDate day = calendar.dayOf(window.from());
		Instant origin = calendar.startOf(day);
		Instant start = window.from();
		for (Instant next = calendar.startOf(day.plusDays(1)); next.isBefore(window.to());) {
			if (Duration.between(origin, next).toSeconds() % Duration.ofHours(1).toSeconds() != 0) {
				ranges.add(new RawRange(agentId, new Window(start, next), origin));
				start = next;
				origin = next;
			}
			day = day.plusDays(1);
			next = calendar.startOf(day.plusDays(1));
		}
		if (start.isBefore(window.to())) {
			ranges.add(new RawRange(agentId, new Window(start, window.to()), origin));
		}
		return ranges;
	}

}
