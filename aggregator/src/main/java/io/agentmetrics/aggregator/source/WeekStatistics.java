package io.agentmetrics.aggregator.source;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What PostgreSQL's statistics say of the executions in one week's partition.
 *
 * @param from the start of the week
 * @param to its end, exclusive
 * @param spread how many executions its histogram is of
 * @param unknown how many others it has: they have come since it was analysed, or start
 * at moments that are too common for the histogram
 * @param starts the histogram: bounds in order, with equally many executions between each
 * two; empty where there is none
 */
record WeekStatistics(Instant from, Instant to, long spread, long unknown, List<Instant> starts) {

	/**
	 * Spreads executions evenly over a week that is small, so that it hardly matters when
	 * they start.
	 */
	static WeekStatistics even(Instant from, Instant to, long executions) {
		return new WeekStatistics(from, to, executions, 0, List.of(from, to));
	}

	boolean contains(Instant instant) {
		return !instant.isBefore(this.from) && instant.isBefore(this.to);
	}

	/**
	 * Estimates how many executions start in a stretch of time. What is not known may all
	 * start in it: to read a stretch in too many pieces costs little, to read it in too
	 * few makes PostgreSQL group more than it has memory for.
	 */
	long executions(Instant start, Instant end) {
		if (!start.isBefore(this.to) || !end.isAfter(this.from)) {
			return 0;
		}
		double share = (this.starts.size() > 1) ? shareBefore(end) - shareBefore(start) : 1;
		return this.unknown + (long) Math.ceil(this.spread * share);
	}

	private double shareBefore(Instant instant) {
		int bins = this.starts.size() - 1;
		int bin = -1;
		while (bin < bins && this.starts.get(bin + 1).isBefore(instant)) {
			bin++;
		}
		if (bin < 0 || bin == bins) {
			return (bin < 0) ? 0 : 1;
		}
		Instant lower = this.starts.get(bin);
		Duration length = Duration.between(lower, this.starts.get(bin + 1));
		return (bin + (double) Duration.between(lower, instant).toSeconds() / length.toSeconds()) / bins;
	}

}
