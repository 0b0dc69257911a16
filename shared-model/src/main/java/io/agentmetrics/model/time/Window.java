package io.agentmetrics.model.time;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A right-open stretch of time: what starts at {@code from} is in it, what starts at
 * {@code to} is not.
 *
 * @param from the first moment
 * @param to the moment after the last, not before the first
 */
public record Window(Instant from, Instant to) {

	private static final Duration MAX_TOLERANCE = Duration.ofDays(1);

	public Window {
		if (to.isBefore(from)) {
			throw new IllegalArgumentException("A window cannot end at " + to + " before it starts at " + from);
		}
	}

	/**
	 * Leaves out what is before a moment.
	 * @param start the first moment to keep
	 * @return the rest, maybe nothing
	 */
	public Window since(Instant start) {
		if (!start.isAfter(this.from)) {
			return this;
		}
		return new Window(start.isBefore(this.to) ? start : this.to, this.to);
	}

	/**
	 * Returns how long the window is.
	 * @return the length, maybe zero
	 */
	public Duration length() {
		return Duration.between(this.from, this.to);
	}

	/**
	 * Returns the window just before this one.
	 * @return as long as this, ending where it starts
	 */
	public Window previous() {
		return new Window(this.from.minus(length()), this.from);
	}

	/**
	 * Returns before when executions must have begun for the window to be all there.
	 * @return a seventh after its start, a day at most: the first execution of many
	 * starts a little later than the window
	 */
	public Instant historyBefore() {
		Duration tolerance = length().dividedBy(7);
		return this.from.plus((tolerance.compareTo(MAX_TOLERANCE) < 0) ? tolerance : MAX_TOLERANCE);
	}

	/**
	 * Returns the calendar days that lie wholly inside.
	 * @return the days, maybe none
	 */
	public Days wholeDays(ZoneId zone) {
		DayCalendar calendar = new DayCalendar(zone);
		LocalDate first = calendar.dayOf(this.from);
		if (calendar.startOf(first).isBefore(this.from)) {
			first = first.plusDays(1);
		}
		LocalDate end = calendar.dayOf(this.to);
		return new Days(first, end.isBefore(first) ? first : end);
	}

}
