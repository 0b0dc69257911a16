package io.agentmetrics.aggregator.rollup;

/**
 * What is known of a day's executions before they are read, good enough to cut work by.
 *
 * @param executions about how many there are, never negative
 * @param scattered whether they lie among those of other days rather than in a partition
 * of their week, so that reading one such day may take as long as reading all of them
 */
public record DayEstimate(long executions, boolean scattered) {

	/** Of a day without executions. */
	public static final DayEstimate NOTHING = new DayEstimate(0, false);

	public DayEstimate {
		if (executions < 0) {
			throw new IllegalArgumentException("A day cannot have " + executions + " executions");
		}
	}

}
