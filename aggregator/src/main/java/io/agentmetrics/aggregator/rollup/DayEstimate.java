package io.agentmetrics.aggregator.rollup;

/**
 * What is known of a day's executions before they are read, good enough to cut work by.
 *
 * @param executions about how many there are, never negative
 * @param busiestHour about how many of them start in the hour that has most
 * @param scattered whether they lie among those of other days rather than in a partition
 * of their week, so that reading one such day may take as long as reading all of them
 */
public record DayEstimate(long executions, long busiestHour, boolean scattered) {

	private static final int SHORTEST_DAY_HOURS = 23;

	/** Of a day without executions. */
	public static final DayEstimate NOTHING = new DayEstimate(0, 0, false);

	public DayEstimate {
		if (executions < 0) {
			throw new IllegalArgumentException("A day cannot have " + executions + " executions");
		}
	}

	/** Estimates a day of which it is not known when its executions start. */
	public DayEstimate(long executions, boolean scattered) {
		this(executions, Math.ceilDiv(executions, SHORTEST_DAY_HOURS), scattered);
	}

	/**
	 * Adds executions of the same day.
	 * @param more about how many, spread evenly
	 */
	public DayEstimate plus(long more) {
		return new DayEstimate(this.executions + more, this.busiestHour + Math.ceilDiv(more, SHORTEST_DAY_HOURS),
				this.scattered);
	}

}
