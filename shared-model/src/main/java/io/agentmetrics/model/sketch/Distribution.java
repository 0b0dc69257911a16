package io.agentmetrics.model.sketch;

import java.util.List;

/**
 * The durations behind a sketch that is not empty: each of them, a summary, or several of
 * these side by side.
 */
sealed interface Distribution permits ExactDurations, ReqDurations, UnitedDurations {

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

	/**
	 * Returns what is kept as codes.
	 * @return each kept duration, in one of the runs
	 */
	List<Run> runs();

	/**
	 * Returns how this is stored.
	 * @return the kind that tells how to read {@link #payload()}
	 */
	SketchKind kind();

	/**
	 * Returns what is stored.
	 * @return the payload of an envelope, not to be changed
	 */
	byte[] payload();

	/**
	 * Kept durations that stand for equally many durations each.
	 *
	 * @param level the binary logarithm of how many, from 0 to 30
	 * @param codes the bits of their {@linkplain DurationCode codes}, in any order; not
	 * to be changed
	 */
	record Run(int level, int[] codes) {
	}

}
