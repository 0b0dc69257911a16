package io.agentmetrics.model.time;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * When days and their hours begin in the installation's zone.
 *
 * @param zone the zone
 */
public record DayCalendar(ZoneId zone) {

	private static final Duration HOUR = Duration.ofHours(1);

	public LocalDate dayOf(Instant instant) {
		return LocalDate.ofInstant(instant, this.zone);
	}

	public Instant startOf(LocalDate day) {
		return day.atStartOfDay(this.zone).toInstant();
	}

	/**
	 * Returns how many hours a day has; an hour that the change of clocks cuts short
	 * counts as one.
	 * @param day the day
	 * @return 24, or 23 or 25 where the clocks change
	 */
	public int hoursOf(LocalDate day) {
		Duration length = Duration.between(startOf(day), startOf(day.plusDays(1)));
		return Math.toIntExact(length.plus(HOUR).minusNanos(1).dividedBy(HOUR));
	}

	/**
	 * Returns the hours of consecutive days, in order, without a gap.
	 * @param from the first day
	 * @param to the day after the last
	 * @return every hour of every day
	 */
	public List<DayHour> hours(LocalDate from, LocalDate to) {
		List<DayHour> hours = new ArrayList<>();
		for (LocalDate day = from; day.isBefore(to); day = day.plusDays(1)) {
			Instant start = startOf(day);
			Instant end = startOf(day.plusDays(1));
			for (int hour = 0; start.isBefore(end); hour++) {
				Instant next = start.plus(HOUR);
				hours.add(new DayHour(day, hour, start, next.isBefore(end) ? next : end));
				start = next;
			}
		}
		return hours;
	}

}
