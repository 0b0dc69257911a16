package io.agentmetrics.api.realtime;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.api.window.Window;
import io.agentmetrics.model.time.DayCalendar;

/**
 * A stretch of an agent's time to count by hours.
 *
 * @param agentId the agent
 * @param window the stretch
 * @param origin a midnight not after its start; hours begin at multiples of 60 minutes
 * after it
 */
public record Stretch(UUID agentId, Window window, Instant origin) {

	/**
	 * Cuts a window where hours begin to be counted differently: at midnights that are
	 * not a multiple of 60 minutes after each other, as on Lord Howe Island twice a year.
	 * @param agentId the agent
	 * @param window the window
	 * @param zone where days begin and end
	 * @return stretches that make up the window; one in nearly all zones, none if it is
	 * empty
	 */
	public static List<Stretch> of(UUID agentId, Window window, ZoneId zone) {
		List<Stretch> stretches = new ArrayList<>();
		DayCalendar calendar = new DayCalendar(zone);
		LocalDate day = calendar.dayOf(window.from());
		Instant origin = calendar.startOf(day);
		Instant start = window.from();
		for (Instant next = calendar.startOf(day.plusDays(1)); next.isBefore(window.to());) {
			if (Duration.between(origin, next).toSeconds() % Duration.ofHours(1).toSeconds() != 0) {
				stretches.add(new Stretch(agentId, new Window(start, next), origin));
				start = next;
				origin = next;
			}
			day = day.plusDays(1);
			next = calendar.startOf(day.plusDays(1));
		}
		if (start.isBefore(window.to())) {
			stretches.add(new Stretch(agentId, new Window(start, window.to()), origin));
		}
		return stretches;
	}

	/**
	 * Gives the same stretch of time to another agent.
	 * @param agent the agent
	 * @return its stretch
	 */
	public Stretch of(UUID agent) {
		return new Stretch(agent, this.window, this.origin);
	}

}
