package io.agentmetrics.model.metrics;

import java.util.Arrays;
import java.util.Objects;

import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.number.VarintReader;
import io.agentmetrics.model.number.VarintWriter;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of executions that started in each hour of a local day: all, successful and
 * failed ones. Hour 0 starts when the day does and each lasts 60 minutes, so a day on
 * which the clocks change has 23 or 25 of them (22 or 26 where they change by two hours).
 */
public final class HourlyCounts {

	/** The hours of the longest day. */
	public static final int MAX_HOURS = 26;

	/** Each hour has a total, successful and failed executions. */
	private static final int COUNTS = 3;

	private final int hours;

	/**
	 * The hours with executions, as bits. Most agents run in few hours of a day, and
	 * millions of their days go through memory.
	 */
	private final int occupied;

	/** The counts of the occupied hours, in order. */
	private final long[] counts;

	private HourlyCounts(int hours, int occupied, long[] counts) {
		this.hours = hours;
		this.occupied = occupied;
		this.counts = counts;
	}

	/**
	 * Returns a day without executions.
	 * @param hours how many hours the day has, 1 to 26
	 */
	public static HourlyCounts of(int hours) {
		return builder(hours).build();
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
		Builder builder = builder(totals.length);
		if (successful.length != totals.length || failed.length != totals.length) {
			throw new IllegalArgumentException("Hours of one day: " + totals.length + " totals, " + successful.length
					+ " successful, " + failed.length + " failed");
		}
		for (int hour = 0; hour < totals.length; hour++) {
			builder.add(hour, totals[hour], successful[hour], failed[hour]);
		}
		return builder.build();
	}

	/**
	 * Reads back what {@link #toBytes()} wrote.
	 * @param bytes nothing but the counts
	 * @param hours how many hours the day has, 1 to 26
	 * @throws IllegalArgumentException if the bytes hold anything else, or an hour that
	 * the day does not have
	 */
	public static HourlyCounts fromBytes(byte[] bytes, int hours) {
		requireDay(hours);
		VarintReader numbers = new VarintReader(bytes);
		long[] counts = new long[bytes.length / (1 + COUNTS) * COUNTS];
		int occupied = 0;
		int position = 0;
		for (long previous = -1; numbers.remaining() > 0; position += COUNTS) {
			long hour = numbers.next();
			if (hour <= previous || hour >= hours) {
				throw new IllegalArgumentException(
						"Hour " + hour + " cannot follow hour " + previous + " on a day of " + hours + " hours");
			}
			long total = numbers.next();
			long successful = numbers.next();
			long failed = numbers.next();
			requireCounts(hour, total, successful, failed);
			if (total == 0) {
				throw new IllegalArgumentException("Hour " + hour + " is stored without executions");
			}
			counts[position] = total;
			counts[position + 1] = successful;
			counts[position + 2] = failed;
			occupied |= 1 << hour;
			previous = hour;
		}
		return new HourlyCounts(hours, occupied,
				(position == counts.length) ? counts : Arrays.copyOf(counts, position));
	}

	/**
	 * Returns a builder without executions.
	 * @param hours how many hours the day has, 1 to 26
	 */
	public static Builder builder(int hours) {
		requireDay(hours);
		return new Builder(hours);
	}

	/**
	 * Adds other executions of a day with the same hours.
	 * @throws IllegalArgumentException if the days differ in length
	 */
	public HourlyCounts plus(HourlyCounts more) {
		return builder(this.hours).add(this).add(more).build();
	}

	/**
	 * Returns the same executions on a shorter day.
	 * @param least how many hours it has at least, 1 to 26
	 * @return a day of so many hours, or of more as far as hours with executions reach
	 */
	public HourlyCounts shortenedTo(int least) {
		requireDay(least);
		int reached = Integer.SIZE - Integer.numberOfLeadingZeros(this.occupied);
		return new HourlyCounts(Math.max(least, reached), this.occupied, this.counts);
	}

	/**
	 * Returns the counts as bytes: for each hour with executions, ascending, the hour,
	 * its total, successful and failed executions, as a {@link VarintReader} reads them.
	 * How many hours the day has is not among them.
	 * @return 4 bytes for a single execution, none for a day without
	 */
	public byte[] toBytes() {
		VarintWriter numbers = new VarintWriter(this.counts.length / COUNTS + this.counts.length);
		int position = 0;
		for (int left = this.occupied; left != 0; left &= left - 1) {
			numbers.add(Integer.numberOfTrailingZeros(left));
			for (int end = position + COUNTS; position < end; position++) {
				numbers.add(this.counts[position]);
			}
		}
		return numbers.toBytes();
	}

	/**
	 * Returns how many hours the day has.
	 * @return 24, or what a change of clocks makes of it
	 */
	public int hours() {
		return this.hours;
	}

	public long total(int hour) {
		return count(hour, 0);
	}

	public long successful(int hour) {
		return count(hour, 1);
	}

	public long failed(int hour) {
		return count(hour, 2);
	}

	/**
	 * Returns how many executions of an hour count towards the rates.
	 * @param hour the hour, from 0
	 * @return successful and failed together
	 */
	public long finished(int hour) {
		return SaturatingSum.of(successful(hour), failed(hour));
	}

	/**
	 * Returns the day's executions.
	 */
	public long total() {
		return sum(0);
	}

	/**
	 * Returns the day's successful executions.
	 */
	public long successful() {
		return sum(1);
	}

	/**
	 * Returns the day's failed executions.
	 */
	public long failed() {
		return sum(2);
	}

	/**
	 * Returns the executions of every hour.
	 * @return a copy
	 */
	public long[] totals() {
		return each(0);
	}

	/**
	 * Returns the successful executions of every hour.
	 * @return a copy
	 */
	public long[] successes() {
		return each(1);
	}

	/**
	 * Returns the failed executions of every hour.
	 * @return a copy
	 */
	public long[] failures() {
		return each(2);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof HourlyCounts that && this.hours == that.hours && this.occupied == that.occupied
				&& Arrays.equals(this.counts, that.counts);
	}

	@Override
	public int hashCode() {
		return 31 * (31 * this.hours + this.occupied) + Arrays.hashCode(this.counts);
	}

	@Override
	public String toString() {
		return "HourlyCounts[totals=" + Arrays.toString(totals()) + ", successful=" + Arrays.toString(successes())
				+ ", failed=" + Arrays.toString(failures()) + "]";
	}

	private long count(int hour, int which) {
		Objects.checkIndex(hour, this.hours);
		return (isOccupied(this.occupied, hour)) ? this.counts[position(this.occupied, hour) + which] : 0;
	}

	private long[] each(int which) {
		long[] each = new long[this.hours];
		int position = which;
		for (int left = this.occupied; left != 0; left &= left - 1) {
			each[Integer.numberOfTrailingZeros(left)] = this.counts[position];
			position += COUNTS;
		}
		return each;
	}

	private long sum(int which) {
		long sum = 0;
		for (int position = which; position < this.counts.length; position += COUNTS) {
			sum = SaturatingSum.of(sum, this.counts[position]);
		}
		return sum;
	}

	private static void requireDay(int hours) {
		if (hours < 1 || hours > MAX_HOURS) {
			throw new IllegalArgumentException("A day does not have " + hours + " hours");
		}
	}

	private static void requireCounts(long hour, long total, long successful, long failed) {
		if (successful < 0 || failed < 0 || total < SaturatingSum.of(successful, failed)) {
			throw new IllegalArgumentException("Hour " + hour + " cannot have " + total + " executions, " + successful
					+ " successful, " + failed + " failed");
		}
	}

	private static boolean isOccupied(int occupied, int hour) {
		return (occupied & 1 << hour) != 0;
	}

	/** Where an hour's counts are, or would be. */
	private static int position(int occupied, int hour) {
		return COUNTS * Integer.bitCount(occupied & (1 << hour) - 1);
	}

	/**
	 * Adds up executions by hour; for one thread at a time.
	 */
	public static final class Builder {

		private static final long[] NONE = {};

		private final int hours;

		private int occupied;

		private long[] counts = NONE;

		private Builder(int hours) {
			this.hours = hours;
		}

		/**
		 * Adds executions of one hour.
		 * @param hour the hour, from 0
		 * @param total the executions, whatever became of them
		 * @throws IllegalArgumentException if a count is negative or there are more
		 * successful and failed executions than executions
		 */
		public Builder add(int hour, long total, long successful, long failed) {
			Objects.checkIndex(hour, this.hours);
			requireCounts(hour, total, successful, failed);
			if (total > 0) {
				int position = occupy(hour);
				this.counts[position] = SaturatingSum.of(this.counts[position], total);
				this.counts[position + 1] = SaturatingSum.of(this.counts[position + 1], successful);
				this.counts[position + 2] = SaturatingSum.of(this.counts[position + 2], failed);
			}
			return this;
		}

		/**
		 * Adds other executions of a day with the same hours.
		 * @throws IllegalArgumentException if the days differ in length
		 */
		public Builder add(HourlyCounts more) {
			if (this.hours != more.hours) {
				throw new IllegalArgumentException(
						"Cannot add a day of " + more.hours + " hours to one of " + this.hours + " hours");
			}
			int position = 0;
			for (int left = more.occupied; left != 0; left &= left - 1) {
				add(Integer.numberOfTrailingZeros(left), more.counts[position], more.counts[position + 1],
						more.counts[position + 2]);
				position += COUNTS;
			}
			return this;
		}

		/**
		 * Returns the day as far as it was added.
		 * @return counts that later additions do not change
		 */
		public HourlyCounts build() {
			return new HourlyCounts(this.hours, this.occupied, this.counts.clone());
		}

		private int occupy(int hour) {
			int position = position(this.occupied, hour);
			if (!isOccupied(this.occupied, hour)) {
				long[] wider = new long[this.counts.length + COUNTS];
				System.arraycopy(this.counts, 0, wider, 0, position);
				System.arraycopy(this.counts, position, wider, position + COUNTS, this.counts.length - position);
				this.counts = wider;
				this.occupied |= 1 << hour;
			}
			return position;
		}

	}

}
