package io.agentmetrics.model.sketch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.LongStream;

import io.agentmetrics.model.number.SaturatingSum;
import org.jspecify.annotations.Nullable;

/**
 * A summary of how long executions took: count, sum, minimum, maximum and any quantile,
 * in a few kilobytes that can be stored and added up.
 * <p>
 * Durations are whole milliseconds from 0 to {@link Long#MAX_VALUE}. Count, minimum and
 * maximum are exact, always, and so is the sum, until it {@linkplain SaturatingSum
 * saturates}. Quantiles are exact up to {@value #EXACT_LIMIT} durations; beyond that they
 * come from a REQ sketch (k = 24, accurate for high ranks,
 * <a href="https://arxiv.org/abs/2004.01668">arXiv:2004.01668</a>), whose
 * {@linkplain #rankErrorPercent(double) error} is one of rank: the answer is a duration
 * that was observed, but maybe at a rank a little beside the one asked for. Durations of
 * more than 2,000,000,000 ms (23.1 days) are then rounded by up to a 4-millionth.
 * <p>
 * REQ tosses coins: two sketches of the same durations, once they are more than
 * {@value #EXACT_LIMIT}, may differ within their error and are then not equal.
 */
public final class LatencySketch {

	/** Up to this many durations every quantile is exact. */
	public static final int EXACT_LIMIT = SketchKind.EXACT_LIMIT;

	private static final LatencySketch EMPTY = new LatencySketch(0, 0, 0, 0, List.of(ExactDurations.NONE));

	private final long count;

	private final long sumMs;

	private final long minMs;

	private final long maxMs;

	/** One, or several that are kept side by side. */
	private final List<Distribution> parts;

	private final Quantiles quantiles;

	private LatencySketch(long count, long sumMs, long minMs, long maxMs, List<Distribution> parts) {
		this.count = count;
		this.sumMs = sumMs;
		this.minMs = minMs;
		this.maxMs = maxMs;
		this.parts = parts;
		this.quantiles = (parts.size() > 1) ? new SideBySide(parts, count) : parts.getFirst();
	}

	/**
	 * Returns the sketch of no durations.
	 * @return count and sum 0, everything else empty
	 */
	public static LatencySketch empty() {
		return EMPTY;
	}

	/**
	 * Returns the sketch of some durations.
	 * @param ms the durations, in any order
	 * @throws IllegalArgumentException if a duration is negative
	 */
	public static LatencySketch of(long... ms) {
		Builder builder = builder();
		for (long each : ms) {
			builder.add(each);
		}
		return builder.build();
	}

	/**
	 * Adds up many sketches at once, which is faster than one after the other.
	 */
	public static LatencySketch merged(Collection<LatencySketch> sketches) {
		Builder builder = builder();
		sketches.forEach(builder::add);
		return builder.build();
	}

	/**
	 * Returns a builder without durations.
	 */
	public static Builder builder() {
		return builder(0);
	}

	/**
	 * Returns a builder without durations that merges only what is too much to be kept. A
	 * sketch of several side by side is built and asked for a few quantiles in a fraction
	 * of the time that merging them takes, but is twice as large as all of them;
	 * {@link #toBytes()} merges them.
	 * @param sideBySide how many sketches may be kept as they are, each of up to 14 KB
	 */
	public static Builder builder(int sideBySide) {
		return new Builder(sideBySide);
	}

	/**
	 * Reads a stored sketch. No memory is taken for what damaged bytes promise.
	 * @param bytes what {@link #toBytes()} returned, from this or an earlier program
	 * @throws CorruptSketchException if the bytes are anything else
	 */
	public static LatencySketch fromBytes(byte[] bytes) {
		SketchEnvelope envelope = SketchEnvelope.fromBytes(bytes);
		Distribution distribution = switch (envelope.kind()) {
			case EMPTY -> ExactDurations.NONE;
			case EXACT -> ExactDurations.of(envelope);
			case REQ -> ReqDurations.of(envelope);
		};
		return new LatencySketch(envelope.count(), envelope.sumMs(), envelope.minMs(), envelope.maxMs(),
				List.of(distribution));
	}

	/**
	 * Returns this sketch as bytes to store: about 1 to 2 KB up to {@value #EXACT_LIMIT}
	 * durations, 6 KB for 10,000 and 14 KB for a million.
	 * @return the bytes, which start with a format tag and hold a checksum
	 */
	public byte[] toBytes() {
		Distribution merged = (this.parts.size() > 1) ? ReqCollector.merged(this.parts) : this.parts.getFirst();
		return new SketchEnvelope(merged.kind(), this.count, this.sumMs, this.minMs, this.maxMs, merged.payload())
			.toBytes();
	}

	/**
	 * Adds another sketch's durations to these.
	 */
	public LatencySketch plus(LatencySketch other) {
		if (this.count == 0) {
			return other;
		}
		return (other.count == 0) ? this : builder().add(this).add(other).build();
	}

	/**
	 * Returns how many durations there are.
	 * @return the count, exact
	 */
	public long count() {
		return this.count;
	}

	/**
	 * Returns the sum of the durations.
	 * @return ms, exact, or {@link SaturatingSum#LIMIT} when it is not less; 0 when empty
	 */
	public long sumMs() {
		return this.sumMs;
	}

	/**
	 * Returns the shortest duration.
	 * @return ms, exact; empty without durations
	 */
	public OptionalLong minMs() {
		return (this.count > 0) ? OptionalLong.of(this.minMs) : OptionalLong.empty();
	}

	/**
	 * Returns the longest duration.
	 * @return ms, exact; empty without durations
	 */
	public OptionalLong maxMs() {
		return (this.count > 0) ? OptionalLong.of(this.maxMs) : OptionalLong.empty();
	}

	/**
	 * Returns the average from the exact sum and count.
	 * @return ms, not rounded; empty without durations and when the sum is saturated
	 */
	public OptionalDouble avgMs() {
		return (this.count > 0 && !SaturatingSum.isSaturated(this.sumMs))
				? OptionalDouble.of((double) this.sumMs / this.count) : OptionalDouble.empty();
	}

	/**
	 * Returns a quantile by nearest rank: the smallest duration with at least the given
	 * share of the durations at or below it, as PostgreSQL's {@code percentile_disc}.
	 * @param rank the share, 0 to 1: 0.95 for the 95th percentile, 0 for the minimum
	 * @return ms; empty without durations
	 * @throws IllegalArgumentException if the rank is not from 0 to 1
	 */
	public OptionalLong quantileMs(double rank) {
		requireRank(rank);
		if (this.count == 0) {
			return OptionalLong.empty();
		}
		double position = Math.ceil(rank * this.count);
		if (position <= 1) {
			return OptionalLong.of(this.minMs);
		}
		if (position >= this.count) {
			return OptionalLong.of(this.maxMs);
		}
		return OptionalLong.of(Math.clamp(this.quantiles.quantileMs(rank), this.minMs, this.maxMs));
	}

	/**
	 * Returns whether quantiles and ranks are exact.
	 * @return {@code true} up to {@value #EXACT_LIMIT} durations
	 */
	public boolean isExact() {
		return this.count <= EXACT_LIMIT;
	}

	/**
	 * Returns how far, at most, the rank of {@link #quantileMs(double)} is from the rank
	 * asked for.
	 * <p>
	 * It is five standard deviations of DataSketches' a-priori estimate for REQ
	 * ({@code getRankUpperBound}: one is the smaller of 0.13064 &middot; (1 &minus; rank)
	 * / k and 0.084 / k, from Lemma 12 of the paper with constants fitted to
	 * measurements). For k = 24 that is 1.36 % at the median, 0.14 % at the 95th and
	 * 0.027 % at the 99th percentile, whatever the count. A bound by chance: durations in
	 * random, ascending or descending order kept it in each of many 100,000 trials, the
	 * worst order known broke it once in a thousand. The 72 longest durations are always
	 * exact.
	 * @param rank the rank asked for, 0 to 1
	 * @return percent of rank, so that 0.14 at rank 0.95 means from 94.86 % to 95.14 %; 0
	 * where the answer is exact
	 * @throws IllegalArgumentException if the rank is not from 0 to 1
	 */
	public double rankErrorPercent(double rank) {
		requireRank(rank);
		return this.quantiles.rankErrorPercent(rank);
	}

	/**
	 * Returns which share of the durations is at or below a limit.
	 * @return 0 to 1, as accurate as the quantiles; 0 without durations
	 */
	public double rank(long ms) {
		if (this.count == 0 || ms < this.minMs) {
			return 0.0;
		}
		return (ms >= this.maxMs) ? 1.0 : this.quantiles.rank(ms);
	}

	/**
	 * Returns the durations at which the share of those at or below changes.
	 * @return ms, in no particular order
	 */
	long[] retainedMs() {
		return LongStream.concat(Arrays.stream(this.quantiles.retainedMs()), LongStream.of(this.minMs, this.maxMs))
			.toArray();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof LatencySketch that && this.count == that.count && this.sumMs == that.sumMs
				&& this.minMs == that.minMs && this.maxMs == that.maxMs && this.parts.equals(that.parts);
	}

	@Override
	public int hashCode() {
		return 31 * Long.hashCode(this.sumMs) + this.parts.hashCode();
	}

	@Override
	public String toString() {
		return "LatencySketch[count=" + this.count + ", sumMs=" + this.sumMs + ", minMs=" + this.minMs + ", maxMs="
				+ this.maxMs + "]";
	}

	private static void requireRank(double rank) {
		// written so that NaN is refused
		if (!(rank >= 0.0 && rank <= 1.0)) {
			throw new IllegalArgumentException("A rank is from 0 to 1: " + rank);
		}
	}

	/**
	 * Collects durations one by one; for one thread at a time. It takes 100 bytes for a
	 * few durations, 8 KB for {@value #EXACT_LIMIT} and about 30 KB for 100,000.
	 */
	public static final class Builder {

		private static final int INITIAL_CAPACITY = 4;

		private static final int BASE_BYTES = 100;

		private final int sideBySide;

		/** Sketches that are kept as they are. */
		private final List<Distribution> parts;

		/** Each other duration in ms, until there are too many. */
		private long[] values = new long[INITIAL_CAPACITY];

		private int valueCount;

		/** Takes over from the values. */
		private @Nullable ReqCollector collector;

		private long count;

		private long sumMs;

		private long minMs = Long.MAX_VALUE;

		private long maxMs;

		private Builder(int sideBySide) {
			this.sideBySide = sideBySide;
			this.parts = (sideBySide > 0) ? new ArrayList<>() : List.of();
		}

		/**
		 * Adds a duration.
		 * @param ms the duration, not negative
		 * @throws IllegalArgumentException if the duration is negative; it is not added
		 */
		public Builder add(long ms) {
			if (ms < 0) {
				throw new IllegalArgumentException("A duration is not negative: " + ms + " ms");
			}
			this.sumMs = SaturatingSum.of(this.sumMs, ms);
			this.minMs = Math.min(this.minMs, ms);
			this.maxMs = Math.max(this.maxMs, ms);
			this.count++;
			keep(ms);
			return this;
		}

		/**
		 * Adds the durations of a sketch.
		 */
		public Builder add(LatencySketch sketch) {
			if (sketch.count == 0) {
				return this;
			}
			this.sumMs = SaturatingSum.of(this.sumMs, sketch.sumMs);
			this.minMs = Math.min(this.minMs, sketch.minMs);
			this.maxMs = Math.max(this.maxMs, sketch.maxMs);
			this.count += sketch.count;
			if (this.parts.size() + sketch.parts.size() <= this.sideBySide) {
				this.parts.addAll(sketch.parts);
			}
			else {
				sketch.parts.forEach(this::merge);
			}
			return this;
		}

		/**
		 * Returns how much memory this takes, without sketches that are kept side by
		 * side.
		 * @return about so many bytes
		 */
		public int bytes() {
			return BASE_BYTES + Long.BYTES * this.values.length
					+ ((this.collector != null) ? this.collector.bytes() : 0);
		}

		/**
		 * Returns what was added so far.
		 * @return a sketch that later additions do not change
		 */
		public LatencySketch build() {
			if (this.count == 0) {
				return EMPTY;
			}
			if (this.count <= EXACT_LIMIT && !this.parts.isEmpty()) {
				this.parts.forEach(this::merge);
				this.parts.clear();
			}
			return new LatencySketch(this.count, this.sumMs, this.minMs, this.maxMs, distributions());
		}

		private List<Distribution> distributions() {
			if (this.parts.isEmpty()) {
				return List.of(merged());
			}
			List<Distribution> all = new ArrayList<>(this.parts);
			if (this.collector != null || this.valueCount > 0) {
				all.add(merged());
			}
			return List.copyOf(all);
		}

		private Distribution merged() {
			return (this.collector != null) ? this.collector.toDurations() : sortedValues();
		}

		private void merge(Distribution distribution) {
			if (distribution instanceof ExactDurations exact) {
				for (long ms : exact.sorted()) {
					keep(ms);
				}
			}
			else {
				collector().add(distribution);
			}
		}

		private void keep(long ms) {
			ReqCollector current = this.collector;
			if (current != null) {
				current.add(ms);
			}
			else if (this.valueCount < EXACT_LIMIT) {
				if (this.valueCount == this.values.length) {
					this.values = Arrays.copyOf(this.values, 2 * this.values.length);
				}
				this.values[this.valueCount++] = ms;
			}
			else {
				collector().add(ms);
			}
		}

		private ReqCollector collector() {
			ReqCollector current = this.collector;
			if (current == null) {
				current = new ReqCollector();
				for (int i = 0; i < this.valueCount; i++) {
					current.add(this.values[i]);
				}
				this.collector = current;
				this.values = new long[0];
				this.valueCount = 0;
			}
			return current;
		}

		private ExactDurations sortedValues() {
			long[] sorted = Arrays.copyOf(this.values, this.valueCount);
			Arrays.sort(sorted);
			return new ExactDurations(sorted);
		}

	}

}
