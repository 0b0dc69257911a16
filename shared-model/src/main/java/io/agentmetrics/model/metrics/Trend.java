package io.agentmetrics.model.metrics;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The direction of an agent's success rate: of the finished executions in time order, the
 * rate of the second half is compared with that of the first.
 */
public enum Trend {

	/** The rate rose by more than five percentage points. */
	IMPROVING,

	/** The rate fell by more than five percentage points. */
	DECLINING,

	/** The rate changed by five percentage points at most. */
	STABLE,

	/** Too few finished executions to tell, or all of them in one half. */
	INSUFFICIENT_DATA,

	/** No finished execution. */
	NO_DATA;

	private static final int MIN_FINISHED = 10;

	/** A rise of 1/20 is five percentage points. */
	private static final BigInteger STEPS = BigInteger.valueOf(20);

	/**
	 * Compares two halves. The comparison is exact: a rate that moves by five points to
	 * the last digit is stable.
	 * @return {@link #NO_DATA} without finished executions, {@link #INSUFFICIENT_DATA}
	 * with fewer than ten or with all of them in one half
	 * @throws IllegalArgumentException if a count is negative or a half has more
	 * successful than finished executions
	 */
	public static Trend between(long firstSuccessful, long firstFinished, long secondSuccessful, long secondFinished) {
		requirePart(firstSuccessful, firstFinished);
		requirePart(secondSuccessful, secondFinished);
		long finished = Math.addExact(firstFinished, secondFinished);
		if (finished == 0) {
			return NO_DATA;
		}
		if (finished < MIN_FINISHED || firstFinished == 0 || secondFinished == 0) {
			return INSUFFICIENT_DATA;
		}
		// the rates' difference over a common denominator: quotients of doubles would
		// round
		BigInteger rise = product(secondSuccessful, firstFinished).subtract(product(firstSuccessful, secondFinished));
		if (rise.abs().multiply(STEPS).compareTo(product(firstFinished, secondFinished)) <= 0) {
			return STABLE;
		}
		return (rise.signum() > 0) ? IMPROVING : DECLINING;
	}

	/**
	 * Compares the halves of a series of buckets. The cut is made between two buckets,
	 * where the finished executions before it come nearest to half of all, at the earlier
	 * of two equally near places.
	 * @param successful successful executions of each bucket, in time order
	 * @param finished finished executions of each bucket, in time order
	 * @return as {@link #between}; {@link #INSUFFICIENT_DATA} when one bucket holds all
	 * @throws IllegalArgumentException if the lengths differ, a count is negative or a
	 * bucket has more successful than finished executions
	 */
	public static Trend ofBuckets(long[] successful, long[] finished) {
		if (successful.length != finished.length) {
			throw new IllegalArgumentException(
					successful.length + " buckets of successful, " + finished.length + " of finished executions");
		}
		long allSuccessful = 0;
		long allFinished = 0;
		for (int i = 0; i < finished.length; i++) {
			requirePart(successful[i], finished[i]);
			allSuccessful = Math.addExact(allSuccessful, successful[i]);
			allFinished = Math.addExact(allFinished, finished[i]);
		}
		long firstSuccessful = 0;
		long firstFinished = 0;
		long bestSuccessful = 0;
		long bestFinished = 0;
		long bestDistance = Long.MAX_VALUE;
		for (int i = 0; i < finished.length; i++) {
			firstSuccessful += successful[i];
			firstFinished += finished[i];
			// twice the distance from half, which stays whole
			long distance = Math.abs(firstFinished - (allFinished - firstFinished));
			boolean bothParts = firstFinished > 0 && firstFinished < allFinished;
			if (bothParts && distance < bestDistance) {
				bestDistance = distance;
				bestSuccessful = firstSuccessful;
				bestFinished = firstFinished;
			}
		}
		return between(bestSuccessful, bestFinished, allSuccessful - bestSuccessful, allFinished - bestFinished);
	}

	/**
	 * Compares the halves of single executions; the middle one of an odd number belongs
	 * to the second half.
	 * @param successful for each finished execution, in time order, whether it was
	 * successful
	 * @return as {@link #between}
	 */
	public static Trend ofOutcomes(boolean[] successful) {
		int half = successful.length / 2;
		return between(count(Arrays.copyOf(successful, half)), half,
				count(Arrays.copyOfRange(successful, half, successful.length)), successful.length - half);
	}

	private static long count(boolean[] outcomes) {
		long count = 0;
		for (boolean outcome : outcomes) {
			count += outcome ? 1 : 0;
		}
		return count;
	}

	private static BigInteger product(long one, long other) {
		return BigInteger.valueOf(one).multiply(BigInteger.valueOf(other));
	}

	private static void requirePart(long successful, long finished) {
		if (successful < 0 || successful > finished) {
			throw new IllegalArgumentException(successful + " successful of " + finished + " finished executions");
		}
	}

}
