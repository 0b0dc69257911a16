package io.agentmetrics.model.number;

import java.util.Arrays;

/**
 * Writes numbers of up to 63 bits as {@link VarintReader} reads them.
 */
public final class VarintWriter {

	private static final int MAX_BYTES = 9;

	private final byte[] bytes;

	private int length;

	/**
	 * Starts without a number.
	 * @param capacity how many numbers there is room for
	 */
	public VarintWriter(int capacity) {
		this.bytes = new byte[capacity * MAX_BYTES];
	}

	/**
	 * Appends a number.
	 * @throws IllegalArgumentException if it is negative
	 */
	public void add(long number) {
		if (number < 0) {
			throw new IllegalArgumentException("A number is not negative: " + number);
		}
		long rest = number;
		while (rest > 0x7f) {
			this.bytes[this.length++] = (byte) (rest | 0x80);
			rest >>>= 7;
		}
		this.bytes[this.length++] = (byte) rest;
	}

	public byte[] toBytes() {
		return Arrays.copyOf(this.bytes, this.length);
	}

}
