package io.agentmetrics.model.time;

import java.time.Instant;
import java.time.LocalDate;

/**
 * One hour of one local day.
 *
 * @param hour which of its hours, from 0
 * @param start when it begins
 * @param end when the next one begins
 */
public record DayHour(LocalDate day, int hour, Instant start, Instant end) {

	public Window window() {
		return new Window(this.start, this.end);
	}

}
