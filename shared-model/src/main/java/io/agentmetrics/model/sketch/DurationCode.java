package io.agentmetrics.model.sketch;

/**
 * Durations as the floats that REQ holds.
 * <p>
 * REQ only compares what it is given, and positive floats sort like their bits. So the
 * bits carry a code: every whole millisecond up to {@value #EXACT_LIMIT_MS} (23.1 days)
 * is its own code, beyond that a code stands for all durations within a 4-millionth of
 * what it is decoded to. A greater duration never has a smaller code, and the code of
 * {@link Long#MAX_VALUE} is still a finite float.
 */
final class DurationCode {

	/** The longest duration, in ms, up to which each has a code of its own. */
	static final int EXACT_LIMIT_MS = 2_000_000_000;

	private static final int EXACT_LIMIT_BITS = Float.floatToIntBits(EXACT_LIMIT_MS);

	private DurationCode() {
	}

	/**
	 * Returns what stands for a duration.
	 * @param ms the duration, not negative
	 * @return a finite float, not negative
	 */
	static float encode(long ms) {
		return Float.intBitsToFloat(bits(ms));
	}

	/**
	 * Returns what stands for a duration, as it is among bytes.
	 * @param ms the duration, not negative
	 * @return the bits of {@link #encode}, which sort like it
	 */
	static int bits(long ms) {
		return (ms <= EXACT_LIMIT_MS) ? (int) ms : longBits(ms);
	}

	private static int longBits(long ms) {
		// halved, or the greatest would reach the bits that mean infinity
		return EXACT_LIMIT_MS + ((Float.floatToIntBits(ms) - EXACT_LIMIT_BITS) >> 1);
	}

	/**
	 * Returns a duration that a code stands for.
	 * @param encoded what {@link #encode} returned
	 * @return the duration in ms
	 */
	static long decode(float encoded) {
		return ofBits(Float.floatToIntBits(encoded));
	}

	/**
	 * Returns a duration that a code stands for.
	 * @param bits what {@link #bits} returned
	 * @return the duration in ms
	 */
	static long ofBits(int bits) {
		if (bits <= EXACT_LIMIT_MS) {
			return bits;
		}
		return (long) Float.intBitsToFloat(((bits - EXACT_LIMIT_MS) << 1) + EXACT_LIMIT_BITS);
	}

}
