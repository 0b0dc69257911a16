package io.agentmetrics.model.sketch;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Several distributions asked as one without being merged: what is asked for is looked up
 * among all that they keep. That takes a fraction of the time that merging does, and adds
 * no error to theirs.
 */
final class SideBySide implements Quantiles {

	/** Codes from here on share a bucket with all of the same first seven bits. */
	private static final int OWN_BUCKETS = 1 << 6;

	private static final int BUCKETS = bucketOf(Integer.MAX_VALUE) + 1;

	/** How many bits a level takes beside a code. */
	private static final int LEVEL_BITS = 5;

	private final List<Distribution> parts;

	private final long count;

	private final List<WeightedCodes> codes;

	/** How many durations have a code in each bucket or in one before it. */
	private final long[] upToBucket = new long[BUCKETS];

	/**
	 * Puts distributions side by side.
	 * @param count how many durations they have together, more than none
	 */
	SideBySide(List<Distribution> parts, long count) {
		this.parts = parts;
		this.count = count;
		this.codes = parts.stream().map(Distribution::codes).flatMap(List::stream).toList();
		for (WeightedCodes each : this.codes) {
			count(each.codes(), 1L << each.level(), this.upToBucket);
		}
		for (int bucket = 1; bucket < BUCKETS; bucket++) {
			this.upToBucket[bucket] += this.upToBucket[bucket - 1];
		}
	}

	private static void count(int[] codes, long weight, long[] buckets) {
		for (int code : codes) {
			buckets[bucketOf(code)] += weight;
		}
	}

	/**
	 * Finds the bucket that the rank falls into; only its codes are put in order.
	 */
	@Override
	public long quantileMs(double rank) {
		long position = Math.max(1, (long) Math.ceil(rank * this.count));
		int bucket = 0;
		while (this.upToBucket[bucket] < position) {
			bucket++;
		}
		long reached = (bucket > 0) ? this.upToBucket[bucket - 1] : 0;
		int code = 0;
		for (long item : sortedItems(bucket)) {
			if (reached >= position) {
				break;
			}
			code = (int) (item >>> LEVEL_BITS);
			reached += 1L << (item & (1 << LEVEL_BITS) - 1);
		}
		return DurationCode.ofBits(code);
	}

	/** Returns a bucket's codes, each with its level behind it, in ascending order. */
	private long[] sortedItems(int bucket) {
		int lowest = lowestOf(bucket);
		int width = lowestOf(bucket + 1) - lowest;
		LongStream.Builder items = LongStream.builder();
		for (WeightedCodes each : this.codes) {
			for (int code : each.codes()) {
				if (Integer.compareUnsigned(code - lowest, width) < 0) {
					items.add((long) code << LEVEL_BITS | each.level());
				}
			}
		}
		return items.build().sorted().toArray();
	}

	@Override
	public double rank(long ms) {
		int limit = DurationCode.bits(ms);
		long atOrBelow = 0;
		for (WeightedCodes each : this.codes) {
			long codesUpToLimit = Arrays.stream(each.codes()).filter((code) -> code <= limit).count();
			atOrBelow += codesUpToLimit << each.level();
		}
		return (double) atOrBelow / this.count;
	}

	/**
	 * Returns the bound of one summary of as many durations. It holds for several of
	 * fewer, because it is proportional to the count: theirs add up to no more.
	 */
	@Override
	public double rankErrorPercent(double rank) {
		return ReqDurations.rankErrorPercent(rank, this.count);
	}

	@Override
	public long[] retainedMs() {
		return this.parts.stream().map(Distribution::retainedMs).flatMapToLong(Arrays::stream).sorted().toArray();
	}

	private static int bucketOf(int code) {
		int shift = Integer.numberOfLeadingZeros(OWN_BUCKETS) - Integer.numberOfLeadingZeros(code | OWN_BUCKETS);
		return shift * OWN_BUCKETS + (code >>> shift);
	}

	/** Returns the lowest code of a bucket; of the one after the last it is 2^31. */
	private static int lowestOf(int bucket) {
		int shift = Math.max(0, bucket / OWN_BUCKETS - 1);
		return (bucket - shift * OWN_BUCKETS) << shift;
	}

}
