package io.agentmetrics.model.sketch;

import java.util.Arrays;

/**
 * Ascending numbers as bytes: the first, then each difference, in LEB128 (seven bits a
 * byte, the lowest first, the top bit set on all but the last).
 */
final class DeltaVarints {

	private static final int MAX_BYTES = 9;

	private DeltaVarints() {
	}

	static byte[] encode(long[] ascending) {
		byte[] bytes = new byte[ascending.length * MAX_BYTES];
		int length = 0;
		long previous = 0;
		for (long value : ascending) {
			long rest = value - previous;
			while (rest > 0x7f) {
				bytes[length++] = (byte) (rest | 0x80);
				rest >>>= 7;
			}
			bytes[length++] = (byte) rest;
			previous = value;
		}
		return Arrays.copyOf(bytes, length);
	}

	/**
	 * Reads back what {@link #encode} wrote.
	 * @param bytes nothing but the numbers
	 * @param count how many there are; the caller has bounded it
	 * @return the numbers, ascending, none negative
	 * @throws CorruptSketchException if the bytes hold anything else
	 */
	static long[] decode(byte[] bytes, int count) {
		long[] values = new long[count];
		int position = 0;
		long previous = 0;
		for (int i = 0; i < count; i++) {
			long delta = 0;
			int shift = 0;
			byte next;
			do {
				if (position == bytes.length) {
					throw new CorruptSketchException("The payload ends after " + i + " of " + count + " durations");
				}
				if (shift == 7 * MAX_BYTES) {
					throw new CorruptSketchException("Duration " + i + " has more than 63 bits");
				}
				next = bytes[position++];
				delta |= (next & 0x7fL) << shift;
				shift += 7;
			}
			while (next < 0);
			previous += delta;
			if (previous < 0) {
				throw new CorruptSketchException("Duration " + i + " has more than 63 bits");
			}
			values[i] = previous;
		}
		if (position != bytes.length) {
			throw new CorruptSketchException(
					"The payload has " + (bytes.length - position) + " bytes after its " + count + " durations");
		}
		return values;
	}

}
