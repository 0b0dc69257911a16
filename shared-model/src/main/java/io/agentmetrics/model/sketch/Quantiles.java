package io.agentmetrics.model.sketch;

/**
 * What a sketch that is not empty can be asked.
 */
interface Quantiles {

	/**
	 * Returns the duration at a nearest rank.
	 * @param rank from 0 to 1
	 * @return the duration in ms
	 */
	long quantileMs(double rank);

	/**
	 * Returns the fraction of durations that are not longer than the given one.
	 * @param ms a duration, not negative
	 * @return a fraction from 0 to 1
	 */
	double rank(long ms);

	/**
	 * Returns how far the rank of an answer may be from the one asked for.
	 * @param rank from 0 to 1
	 * @return percent of rank, 0 where the answer is exact
	 */
	double rankErrorPercent(double rank);

	/**
	 * Returns the durations that are kept.
	 * @return each in ms, ascending
	 */
	long[] retainedMs();

}
