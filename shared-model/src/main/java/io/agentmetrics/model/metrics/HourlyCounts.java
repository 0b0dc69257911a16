package io.agentmetrics.model.metrics;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * How many executions started in each hour of a local day, and how many of them were
 * successful and failed. Hour 0 starts when the day does and each lasts 60 minutes, so a
 * day on which the clocks change has 23 or 25 of them (22 or 26 where they change by two
 * hours).
 */
public final class HourlyCounts {

	private static final int MAX_HOURS = 26;

	private final long[] totals;

	private final long[] successful;

	private final long[] failed;

	private HourlyCounts(long[] totals, long[] successful, long[] failed) {
		this.totals = totals;
		this.successful = successful;
		this.failed = failed;
	}

	/**
	 * Returns a day without executions.
	 * @param hours how many hours the day has, 1 to 26
	 * @return zeros
	 */
	public static HourlyCounts of(int hours) {
		requireHours(hours);
		return new HourlyCounts(new long[hours], new long[hours], new long[hours]);
	}

	/**
	 * Returns a day's counts.
	 * @param totals the executions of each hour, whatever became of them
	 * @param successful the successful ones of each hour
	 * @param failed the failed ones of each hour
	 * @return a copy of all three
	 * @throws IllegalArgumentException if the lengths differ or are no day's, if a count
	 * is negative, or if an hour has more successful and failed executions than
	 * executions
	 */
	public static HourlyCounts of(long[] totals, long[] successful, long[] failed) {
		requireHours(totals.length);
		if (successful.length != totals.length || failed.length != totals.length) {
			throw new IllegalArgumentException("Hours of one day: " + totals.length + " totals, " + successful.length
					+ " successful, " + failed.length + " failed");
		}
		for (int hour = 0; hour < totals.length; hour++) {
			if (successful[hour] < 0 || failed[hour] < 0 || totals[hour] - successful[hour] < failed[hour]) {
				throw new IllegalArgumentException("Hour " + hour + " cannot have " + totals[hour] + " executions, "
						+ successful[hour] + " successful, " + failed[hour] + " failed");
			}
		}
		return new HourlyCounts(totals.clone(), successful.clone(), failed.clone());
	}

	/**
	 * Adds other executions of a day with the same hours.
	 * @param more the other executions
	 * @return both together
	 * @throws IllegalArgumentException if the days differ in length
	 * @throws ArithmeticException if a count exceeds 64 bits
	 */
	public HourlyCounts plus(HourlyCounts more) {
		if (hours() != more.hours()) {
			throw new IllegalArgumentException(
					"Cannot add a day of " + more.hours() + " hours to one of " + hours() + " hours");
		}
		return new HourlyCounts(sum(this.totals, more.totals), sum(this.successful, more.successful),
				sum(this.failed, more.failed));
	}

	/**
	 * Returns how many hours the day has.
	 * @return 24, or what a change of clocks makes of it
	 */
	public int hours() {
		return this.totals.length;
	}

	public long total(int hour) {
		return this.totals[hour];
	}

	public long successful(int hour) {
		return this.successful[hour];
	}

	public long failed(int hour) {
		return this.failed[hour];
	}

	/**
	 * Returns how many executions of an hour count towards the rates.
	 * @param hour the hour, from 0
	 * @return successful and failed together
	 */
	public long finished(int hour) {
		return this.successful[hour] + this.failed[hour];
	}

	/**
	 * Returns the day's executions.
	 * @return the sum over the hours
	 * @throws ArithmeticException if the sum exceeds 64 bits
	 */
	public long total() {
		return sum(this.totals);
	}

	/**
	 * Returns the day's successful executions.
	 * @return the sum over the hours
	 * @throws ArithmeticException if the sum exceeds 64 bits
	 */
	public long successful() {
		return sum(this.successful);
	}

	/**
	 * Returns the day's failed executions.
	 * @return the sum over the hours
	 * @throws ArithmeticException if the sum exceeds 64 bits
	 */
	public long failed() {
		return sum(this.failed);
	}

	/**
	 * Returns the executions of every hour.
	 * @return a copy
	 */
	public long[] totals() {
		return this.totals.clone();
	}

	/**
	 * Returns the successful executions of every hour.
	 * @return a copy
	 */
	public long[] successes() {
		return this.successful.clone();
	}

	/**
	 * Returns the failed executions of every hour.
	 * @return a copy
	 */
	public long[] failures() {
		return this.failed.clone();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof HourlyCounts that && Arrays.equals(this.totals, that.totals)
				&& Arrays.equals(this.successful, that.successful) && Arrays.equals(this.failed, that.failed);
	}

	@Override
	public int hashCode() {
		return 31 * (31 * Arrays.hashCode(this.totals) + Arrays.hashCode(this.successful))
				+ Arrays.hashCode(this.failed);
	}

	@Override
	public String toString() {
		return "HourlyCounts[totals=" + Arrays.toString(this.totals) + ", successful="
				+ Arrays.toString(this.successful) + ", failed=" + Arrays.toString(this.failed) + "]";
	}

	private static void requireHours(int hours) {
		if (hours < 1 || hours > MAX_HOURS) {
			throw new IllegalArgumentException("A day does not have " + hours + " hours");
		}
	}

	private static long[] sum(long[] one, long[] more) {
		long[] sum = new long[one.length];
		Arrays.setAll(sum, (hour) -> Math.addExact(one[hour], more[hour]));
		return sum;
	}

	private static long sum(long[] counts) {
		long sum = 0;
		for (long count : counts) {
			sum = Math.addExact(sum, count);
		}
		return sum;
	}

}
