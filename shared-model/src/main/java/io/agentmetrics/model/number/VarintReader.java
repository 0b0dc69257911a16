package io.agentmetrics.model.number;

/**
 * Reads numbers of up to 63 bits in LEB128: seven bits a byte, the lowest first, the top
 * bit set on all but the last.
 */
public final class VarintReader {

	private static final int BITS = 63;

	private final byte[] bytes;

	private int position;

	public VarintReader(byte[] bytes) {
		this.bytes = bytes;
	}

	/**
	 * Returns how many bytes are not read yet.
	 */
	public int remaining() {
		return this.bytes.length - this.position;
	}

	/**
	 * Reads a number.
	 * @return the number, never negative
	 * @throws IllegalArgumentException if the bytes end before it does, it has more than
	 * 63 bits or takes more bytes than it needs
	 */
	public long next() {
		int start = this.position;
		long value = 0;
		int shift = 0;
		byte next;
		do {
			if (remaining() == 0) {
				throw new IllegalArgumentException(
						"The " + this.bytes.length + " bytes end before the number at byte " + start + " does");
			}
			if (shift == BITS) {
				throw new IllegalArgumentException("The number at byte " + start + " has more than 63 bits");
			}
			next = this.bytes[this.position++];
			value |= (next & 0x7fL) << shift;
			shift += 7;
		}
		while (next < 0);
		if (next == 0 && this.position - start > 1) {
			throw new IllegalArgumentException("The number at byte " + start + " takes more bytes than it needs");
		}
		return value;
	}

}
