package io.agentmetrics.api.window;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

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
	 * Leaves out the days after one.
	 * @param last the last day to keep, or empty to keep none
	 * @return the days up to it, maybe none
	 */
	public Days through(Optional<LocalDate> last) {
		LocalDate end = last.map((day) -> day.plusDays(1)).orElse(this.from);
		if (end.isBefore(this.from)) {
			end = this.from;
		}
		return end.isBefore(this.to) ? new Days(this.from, end) : this;
	}

	/**
	 * Returns the time the days take.
	 * @param zone where they begin and end
	 * @return from the first midnight to the last
	 */
	public Window in(ZoneId zone) {
		return new Window(this.from.atStartOfDay(zone).toInstant(), this.to.atStartOfDay(zone).toInstant());
	}

	/**
	 * Returns the days just before these.
	 * @return as many, ending where these start
	 */
	public Days previous() {
		return new Days(this.from.minusDays(ChronoUnit.DAYS.between(this.from, this.to)), this.from);
	}

}
