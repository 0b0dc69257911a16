package io.agentmetrics.model.sketch;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Durations to test with, and what is true of them.
 */
final class Durations {

	private Durations() {
	}

	/**
	 * Returns durations as agents have them: a median of two seconds and a long tail.
	 * @param count how many
	 * @param seed the same durations for the same seed
	 * @return durations in ms, unsorted
	 */
	static long[] lognormal(int count, long seed) {
		RandomGenerator random = new SplittableRandom(seed);
		long[] ms = new long[count];
		Arrays.setAll(ms, (i) -> (long) (2_000 * Math.exp(1.2 * random.nextGaussian())));
		return ms;
	}

	static long[] sorted(long... ms) {
		long[] sorted = ms.clone();
		Arrays.sort(sorted);
		return sorted;
	}

	static long[] reversed(long... ms) {
		long[] reversed = new long[ms.length];
		Arrays.setAll(reversed, (i) -> ms[ms.length - 1 - i]);
		return reversed;
	}

	static long[] concatenated(long[]... parts) {
		return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
	}

	/**
	 * Returns the quantile by the definition of a nearest rank.
	 * @param sorted durations, ascending
	 * @param rank greater than 0, 1 at most
	 * @return the smallest duration with at least that share at or below it
	 */
	static long nearestRank(long[] sorted, double rank) {
		for (int i = 0; i < sorted.length; i++) {
			if (i + 1 >= rank * sorted.length) {
				return sorted[i];
			}
		}
		throw new IllegalArgumentException("No rank " + rank);
	}

	/**
	 * Returns how far an answer's rank is from the one asked for.
	 * @param sorted the durations, ascending
	 * @param rank the rank asked for
	 * @param answer the answer
	 * @return percent of rank: positive if the answer stands too high, negative if too
	 * low, 0 if it also stands where it should
	 */
	static double rankErrorPercent(long[] sorted, double rank, long answer) {
		long position = (long) Math.ceil(rank * sorted.length);
		long first = atOrBelow(sorted, answer - 1) + 1;
		long last = atOrBelow(sorted, answer);
		if (last < first) {
			throw new AssertionError(answer + " is none of the durations");
		}
		long off = (position < first) ? first - position : Math.min(last - position, 0);
		return 100.0 * off / sorted.length;
	}

	static long atOrBelow(long[] sorted, long limit) {
		int low = 0;
		int high = sorted.length;
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (sorted[middle] <= limit) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

}
