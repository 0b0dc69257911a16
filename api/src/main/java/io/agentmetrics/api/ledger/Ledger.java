package io.agentmetrics.api.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

import io.agentmetrics.api.window.Days;
import io.agentmetrics.api.window.Window;

/**
 * How far the aggregator has come.
 *
 * @param zone where days begin and end; UTC while it never ran
 * @param aggregatedThrough the last day of the unbroken run of closed days from the first
 * on; empty while it never closed one
 * @param rawFrom the first day whose executions are all still there; empty while none
 * have been dropped
 * @param revision changes whenever a closed day does
 * @param replayedUntil up to when the database knows what was written, where that is a
 * standby that lags; empty otherwise
 */
public record Ledger(ZoneId zone, Optional<LocalDate> aggregatedThrough, Optional<LocalDate> rawFrom, long revision,
		Optional<Instant> replayedUntil) {

	/**
	 * Returns the day at a moment.
	 * @param now the moment
	 * @return the day it belongs to
	 */
	public LocalDate today(Instant now) {
		return LocalDate.ofInstant(now, this.zone);
	}

	/**
	 * Returns what answers about closed days rest on at a moment.
	 * @param now the moment
	 * @return the day and the ledger
	 */
	public Edition edition(Instant now) {
		return new Edition(today(now), this);
	}

	/**
	 * Leaves out the days that are not closed.
	 * @param days any days
	 * @return those of them that are, maybe none
	 */
	public Days closed(Days days) {
		return days.through(this.aggregatedThrough);
	}

	/**
	 * Leaves out the time whose executions have been dropped.
	 * @param window any window
	 * @return the part of it whose executions are there, maybe nothing
	 */
	public Window recorded(Window window) {
		return this.rawFrom.map((day) -> window.since(day.atStartOfDay(this.zone).toInstant())).orElse(window);
	}

}
