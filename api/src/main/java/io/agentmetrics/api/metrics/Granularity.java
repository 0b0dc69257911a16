package io.agentmetrics.api.metrics;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Window;

/**
 * Into what a window is cut; the enum of the same name of the GraphQL schema.
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
	 * Settles on hours, days or weeks.
	 * @param window what is cut
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
	 * Refuses what would make too long a series, before anything is read for it.
	 * @param period what is to be cut
	 * @throws ProblemException if a series of it may have more than
	 * {@value SeriesBuilder#MAX_POINTS} points
	 */
	public void requireFewPoints(Period period) {
		// where the period begins does not matter for its length
		Window window = period.window(Instant.EPOCH);
		// both ends may be cut, and a day may be an hour longer
		if (settledFor(window) == HOUR && window.length().toHours() + 3 > SeriesBuilder.MAX_POINTS) {
			throw new ProblemException(ProblemKind.BAD_INPUT, "A series has at most " + SeriesBuilder.MAX_POINTS
					+ " points: ask for the granularity DAY or WEEK, or for a shorter window.");
		}
	}

	/**
	 * Returns the whole hour, day or week that a moment lies in.
	 * @param moment any moment
	 * @param zone where days begin and end
	 * @return its bucket, not cut by any window
	 * @throws IllegalStateException for {@link #AUTO}, which is not settled yet
	 */
	Window around(Instant moment, ZoneId zone) {
		DayCalendar calendar = new DayCalendar(zone);
		LocalDate day = calendar.dayOf(moment);
		return switch (this) {
			case HOUR -> {
				Instant midnight = calendar.startOf(day);
				Instant start = midnight.plus(Duration.ofHours(Duration.between(midnight, moment).toHours()));
				yield new Window(start, earlier(start.plus(Duration.ofHours(1)), calendar.startOf(day.plusDays(1))));
			}
			case DAY -> new Window(calendar.startOf(day), calendar.startOf(day.plusDays(1)));
			case WEEK -> {
				LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
				yield new Window(calendar.startOf(monday), calendar.startOf(monday.plusWeeks(1)));
			}
			case AUTO -> throw new IllegalStateException("Neither hours nor days nor weeks");
		};
	}

	/** A day that is half an hour longer has one hour more, which is half. */
	private static Instant earlier(Instant one, Instant other) {
		return one.isBefore(other) ? one : other;
	}

}
