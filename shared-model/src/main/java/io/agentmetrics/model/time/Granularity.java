package io.agentmetrics.model.time;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/**
 * The length of the buckets that a window is cut into.
 */
public enum Granularity {

	/** Hours of 60 minutes from the start of each local day. */
	HOUR,

	/** Local days, of 23 and 25 hours too. */
	DAY,

	/** Seven local days from Monday on. */
	WEEK,

	/** The finest of these that keeps a chart readable. */
	AUTO;

	private static final Duration LONGEST_IN_HOURS = Duration.ofDays(3);

	private static final Duration LONGEST_IN_DAYS = Duration.ofDays(92);

	/**
	 * Returns the granularity that a window is cut by.
	 * @return this, or for {@link #AUTO} hours up to 3 days, days up to 92 days, else
	 * weeks
	 */
	public Granularity settledFor(Window window) {
		if (this != AUTO) {
			return this;
		}
		if (window.length().compareTo(LONGEST_IN_HOURS) <= 0) {
			return HOUR;
		}
		return (window.length().compareTo(LONGEST_IN_DAYS) <= 0) ? DAY : WEEK;
	}

	/**
	 * Returns the whole hour, day or week that a moment lies in, not cut by any window.
	 * @throws IllegalStateException for {@link #AUTO}, which is not settled yet
	 */
	public Window around(Instant moment, ZoneId zone) {
		DayCalendar calendar = new DayCalendar(zone);
		return switch (this) {
			case HOUR -> calendar.hourOf(moment).window();
			case DAY -> {
				LocalDate day = calendar.dayOf(moment);
				yield new Days(day, day.plusDays(1)).in(zone);
			}
			case WEEK -> {
				LocalDate monday = calendar.dayOf(moment).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
				yield new Days(monday, monday.plusWeeks(1)).in(zone);
			}
			case AUTO -> throw new IllegalStateException("Neither hours nor days nor weeks");
		};
	}

}
