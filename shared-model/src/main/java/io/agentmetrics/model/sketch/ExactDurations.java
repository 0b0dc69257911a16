package io.agentmetrics.model.sketch;

import java.util.Arrays;
import java.util.List;

import io.agentmetrics.model.number.SaturatingSum;
import org.jspecify.annotations.Nullable;

/**
 * A few durations, each kept as it is.
 *
 * @param sorted the durations in ms, ascending; not to be changed
 */
record ExactDurations(long[] sorted) implements Distribution {

	static final ExactDurations NONE = new ExactDurations(new long[0]);

	/**
	 * Reads a payload.
	 * @throws CorruptSketchException if they are not what the envelope says
	 */
	static ExactDurations of(SketchEnvelope envelope) {
		long[] sorted = DeltaVarints.decode(envelope.payload(), Math.toIntExact(envelope.count()));
		long sumMs = 0;
		for (long ms : sorted) {
			sumMs = SaturatingSum.of(sumMs, ms);
		}
		if (sumMs != envelope.sumMs() || sorted[0] != envelope.minMs()
				|| sorted[sorted.length - 1] != envelope.maxMs()) {
			throw new CorruptSketchException("The durations do not have the sum, minimum and maximum of the header");
		}
		return new ExactDurations(sorted);
	}

	@Override
	public long quantileMs(double rank) {
		int position = (int) Math.ceil(rank * this.sorted.length);
		return this.sorted[Math.max(position, 1) - 1];
	}

	@Override
	public double rank(long ms) {
		int low = 0;
		int high = this.sorted.length;
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (this.sorted[middle] <= ms) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return (double) low / this.sorted.length;
	}

	@Override
	public double rankErrorPercent(double rank) {
		return 0.0;
	}

	@Override
	public long[] retainedMs() {
		return this.sorted.clone();
	}

	@Override
	public List<WeightedCodes> codes() {
		int[] codes = new int[this.sorted.length];
		Arrays.setAll(codes, (position) -> DurationCode.bits(this.sorted[position]));
		return List.of(new WeightedCodes(0, codes));
	}

	@Override
	public SketchKind kind() {
		return (this.sorted.length == 0) ? SketchKind.EMPTY : SketchKind.EXACT;
	}

	@Override
	public byte[] payload() {
		return DeltaVarints.encode(this.sorted);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ExactDurations that && Arrays.equals(this.sorted, that.sorted);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.sorted);
	}

}
