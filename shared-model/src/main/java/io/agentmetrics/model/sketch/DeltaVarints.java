package io.agentmetrics.model.sketch;

import io.agentmetrics.model.number.VarintReader;
import io.agentmetrics.model.number.VarintWriter;

/**
 * Ascending numbers as bytes: the first, then each difference, as a {@link VarintReader}
 * reads them.
 */
final class DeltaVarints {

	private DeltaVarints() {
	}

	static byte[] encode(long[] ascending) {
		VarintWriter differences = new VarintWriter(ascending.length);
		long previous = 0;
		for (long value : ascending) {
			differences.add(value - previous);
			previous = value;
		}
		return differences.toBytes();
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
		VarintReader differences = new VarintReader(bytes);
		long previous = 0;
		for (int i = 0; i < count; i++) {
			if (differences.remaining() == 0) {
				throw new CorruptSketchException("The payload ends after " + i + " of " + count + " durations");
			}
			previous += next(differences);
			if (previous < 0) {
				throw new CorruptSketchException("Duration " + i + " has more than 63 bits");
			}
			values[i] = previous;
		}
		if (differences.remaining() > 0) {
			throw new CorruptSketchException(
					"The payload has " + differences.remaining() + " bytes after its " + count + " durations");
		}
		return values;
	}

	private static long next(VarintReader differences) {
		try {
			return differences.next();
		}
		catch (IllegalArgumentException ex) {
			throw new CorruptSketchException("The durations are damaged: " + ex.getMessage());
		}
	}

}
