package io.agentmetrics.model.time;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * The calendar of a time zone: when its days and their hours begin.
 */
public record DayCalendar(ZoneId zone) {

	private static final Duration HOUR = Duration.ofHours(1);

	/**
	 * Returns the day that has begun last. This is not always what a clock shows: where
	 * clocks go back from one minute past midnight, the day has begun and goes on.
	 * @return the day whose {@link #startOf start} is not after it, and the next one's is
	 */
	public LocalDate dayOf(Instant instant) {
		LocalDate day = LocalDate.ofInstant(instant, this.zone);
		while (!instant.isBefore(startOf(day.plusDays(1)))) {
			day = day.plusDays(1);
		}
		return day;
	}

	/**
	 * Returns when a day begins: at midnight, at the earlier one where clocks go back
	 * over it, or at the first moment after it where they skip it.
	 * @return its start, which is the end of the day before
	 */
	public Instant startOf(LocalDate day) {
		return day.atStartOfDay(this.zone).toInstant();
	}

	/**
	 * Returns whether a day has any time at all. A zone that moves to the other side of
	 * the date line skips one.
	 */
	public boolean exists(LocalDate day) {
		return startOf(day).isBefore(startOf(day.plusDays(1)));
	}

	/**
	 * Returns the days that exist, in order.
	 * @param from the first day
	 * @param to the day after the last
	 * @return the days; none where {@code to} is not the later one
	 */
	public List<LocalDate> days(LocalDate from, LocalDate to) {
		return from.isBefore(to) ? from.datesUntil(to).filter(this::exists).toList() : List.of();
	}

	/**
	 * Returns how many hours a day has; an hour that the change of clocks cuts short
	 * counts as one.
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
	 */
	public List<DayHour> hours(LocalDate from, LocalDate to) {
		List<DayHour> hours = new ArrayList<>();
		for (LocalDate day = from; day.isBefore(to); day = day.plusDays(1)) {
			Instant start = startOf(day);
			Instant end = startOf(day.plusDays(1));
			for (int hour = 0; start.isBefore(end); hour++) {
				DayHour next = hour(day, hour, start, end);
				hours.add(next);
				start = next.end();
			}
		}
		return hours;
	}

	/**
	 * Returns the hour of a day that an instant lies in.
	 */
	public DayHour hourOf(Instant instant) {
		LocalDate day = dayOf(instant);
		Instant start = startOf(day);
		int hour = Math.toIntExact(Duration.between(start, instant).dividedBy(HOUR));
		return hour(day, hour, start.plus(HOUR.multipliedBy(hour)), startOf(day.plusDays(1)));
	}

	/**
	 * Cuts a window so that within each part all hours of days begin at multiples of 60
	 * minutes after the day of its start begins: at the midnights that end a day of 23.5
	 * or 24.5 hours, as Lord Howe Island has twice a year.
	 * @return parts that make up the window; one in nearly all zones, none if it is empty
	 */
	public List<Window> inWholeHours(Window window) {
		List<Window> parts = new ArrayList<>();
		Instant start = window.from();
		LocalDate day = dayOf(start);
		for (Instant end = startOf(day.plusDays(1)); end.isBefore(window.to()); end = startOf(day.plusDays(1))) {
			if (Duration.between(startOf(day), end).toSeconds() % HOUR.toSeconds() != 0) {
				parts.add(new Window(start, end));
				start = end;
			}
			day = day.plusDays(1);
		}
		if (start.isBefore(window.to())) {
			parts.add(new Window(start, window.to()));
		}
		return parts;
	}

	/** The last hour of a day of 23.5 or 24.5 hours has 30 minutes. */
	private static DayHour hour(LocalDate day, int hour, Instant start, Instant dayEnd) {
		Instant end = start.plus(HOUR);
		return new DayHour(day, hour, start, end.isBefore(dayEnd) ? end : dayEnd);
	}

}
