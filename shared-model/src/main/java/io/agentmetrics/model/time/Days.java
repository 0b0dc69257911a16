package io.agentmetrics.model.time;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * A right-open run of calendar days.
 *
 * @param from the first day
 * @param to the day after the last, not before the first
 */
public record Days(LocalDate from, LocalDate to) {

	public Days {
		if (to.isBefore(from)) {
			throw new IllegalArgumentException("Days cannot end at " + to + " before they start at " + from);
		}
	}

	/**
	 * Returns the time the days take.
	 * @return from the first midnight to the last
	 */
	public Window in(ZoneId zone) {
		DayCalendar calendar = new DayCalendar(zone);
		return new Window(calendar.startOf(this.from), calendar.startOf(this.to));
	}

	/**
	 * Returns the days just before these.
	 * @return as many, ending where these start
	 */
	public Days previous() {
		return new Days(this.from.minusDays(ChronoUnit.DAYS.between(this.from, this.to)), this.from);
	}

}
