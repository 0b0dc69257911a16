package io.agentmetrics.api.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

/**
 * How far to look back.
 */
public enum TimeRange {

	/** One day. */
	LAST_1_DAY(1),

	/** Seven days. */
	LAST_7_DAYS(7),

	/** Thirty days. */
	LAST_30_DAYS(30),

	/** Ninety days. */
	LAST_90_DAYS(90);

	private final int days;

	TimeRange(int days) {
		this.days = days;
	}

	/** Returns the rolling window: as many times 24 hours. */
	public Window until(Instant now) {
		return new Window(now.minus(Duration.ofDays(this.days)), now);
	}

	/**
	 * Returns the calendar days.
	 * @param today the day after the last of them
	 */
	public Days before(LocalDate today) {
		return new Days(today.minusDays(this.days), today);
	}

}
