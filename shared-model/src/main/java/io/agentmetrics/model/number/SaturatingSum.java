package io.agentmetrics.model.number;

/**
 * Addition that stops at {@link #LIMIT} instead of overflowing. Of a sum that has reached
 * the limit it is only known that it is not less, and nothing exact is derived from it.
 */
public final class SaturatingSum {

	/** The sum of all numbers that add up to this or more. */
	public static final long LIMIT = Long.MAX_VALUE;

	private SaturatingSum() {
	}

	/**
	 * Adds two numbers.
	 * @param one a number, not negative
	 * @param other another, not negative
	 * @return their sum, at most {@link #LIMIT}
	 */
	public static long of(long one, long other) {
		long sum = one + other;
		return (sum < 0) ? LIMIT : sum;
	}

	/**
	 * Returns whether a sum says only that it is not less than the limit.
	 * @return {@code true} at the limit
	 */
	public static boolean isSaturated(long sum) {
		return sum == LIMIT;
	}

}
