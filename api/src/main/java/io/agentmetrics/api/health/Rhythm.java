package io.agentmetrics.api.health;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * When an agent usually runs: its usual hours, and how many of them its gaps have.
 * <p>
 * An hour of the week counts as many usual hours as is the share of weeks in which the
 * agent has run in it: one that it never runs in counts none, however long it lasts. So
 * an agent that never runs on Sundays is not silent on Sundays.
 */
final class Rhythm {

	/** Of an agent that has run for too short a time. */
	static final Rhythm UNKNOWN = new Rhythm(ZoneId.of("UTC"), new double[Rhythm.HOURS_OF_WEEK + 1], Instant.EPOCH, 0,
			0, 0, 0);

	static final int HOURS_OF_WEEK = 7 * 24;

	private static final double HOUR_MS = Duration.ofHours(1).toMillis();

	private final ZoneId zone;

	/** How many usual hours each hour of the week has before it, and the week has. */
	private final double[] before;

	private final Instant lastRun;

	private final int gaps;

	private final double longestGap;

	private final double limit;

	private final double runsPerHour;

	Rhythm(ZoneId zone, double[] before, Instant lastRun, int gaps, double longestGap, double limit,
			double runsPerHour) {
		this.zone = zone;
		this.before = before;
		this.lastRun = lastRun;
		this.gaps = gaps;
		this.longestGap = longestGap;
		this.limit = limit;
		this.runsPerHour = runsPerHour;
	}

	boolean isKnown() {
		return this.gaps > 0;
	}

	/** Returns when the last hour with runs began. */
	Instant lastRun() {
		return this.lastRun;
	}

	/** Returns how many gaps between hours with runs are known. */
	int gaps() {
		return this.gaps;
	}

	/** Returns the longest of the gaps, at least one, in usual hours. */
	double longestGap() {
		return this.longestGap;
	}

	/** Returns from how many usual hours on a gap is no chance. */
	double limit() {
		return this.limit;
	}

	/** Returns how often the agent runs in a usual hour. */
	double runsPerHour() {
		return this.runsPerHour;
	}

	/**
	 * Returns how long a gap has lasted, in usual hours. Gaps begin when the hour of the
	 * last run ends.
	 */
	double gap(Instant lastRun, Instant now) {
		double hour = Math.floor(localHours(lastRun, this.zone)) + 1;
		return Math.max(0, usualUntil(localHours(now, this.zone)) - usualUntil(hour));
	}

	/** Returns how many usual hours there are between two moments. */
	double between(Instant from, Instant to) {
		return Math.max(0, usualUntil(localHours(to, this.zone)) - usualUntil(localHours(from, this.zone)));
	}

	private double usualUntil(double localHours) {
		double weeks = Math.floor(localHours / HOURS_OF_WEEK);
		double ofWeek = localHours - weeks * HOURS_OF_WEEK;
		int hour = Math.min((int) ofWeek, HOURS_OF_WEEK - 1);
		return weeks * this.before[HOURS_OF_WEEK] + this.before[hour]
				+ (ofWeek - hour) * (this.before[hour + 1] - this.before[hour]);
	}

	/**
	 * Returns the hours that a clock of the zone has shown since 1970: agents run by the
	 * clock, also where it changes.
	 */
	static double localHours(Instant instant, ZoneId zone) {
		return (instant.toEpochMilli() + 1_000.0 * zone.getRules().getOffset(instant).getTotalSeconds()) / HOUR_MS;
	}

}
