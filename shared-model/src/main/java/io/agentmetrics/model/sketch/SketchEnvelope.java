package io.agentmetrics.model.sketch;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

import io.agentmetrics.model.number.SaturatingSum;

/**
 * A sketch as it is stored, version 1, big endian: <pre>
 * offset  bytes
 *      0      4  "AMLS"
 *      4      1  version: 1
 *      5      1  kind: 0 empty, 1 exact, 2 REQ
 *      6      8  count
 *     14      8  sum of the durations in ms, 2^63 - 1 when it is not less
 *     22      8  minimum in ms, 0 when empty
 *     30      8  maximum in ms, 0 when empty
 *     38      4  length of the payload
 *     42      4  CRC32C of everything else
 *     46         payload
 * </pre>
 *
 * @param kind how to read the payload
 * @param sumMs their sum
 * @param minMs the shortest, 0 when empty
 * @param maxMs the longest, 0 when empty
 * @param payload the durations or their summary
 */
record SketchEnvelope(SketchKind kind, long count, long sumMs, long minMs, long maxMs, byte[] payload) {

	private static final int MAGIC = 0x414d4c53;

	private static final byte VERSION = 1;

	private static final int CHECKSUM_OFFSET = 42;

	private static final int HEADER_LENGTH = 46;

	byte[] toBytes() {
		byte[] bytes = new byte[HEADER_LENGTH + this.payload.length];
		ByteBuffer.wrap(bytes)
			.putInt(MAGIC)
			.put(VERSION)
			.put(this.kind.code())
			.putLong(this.count)
			.putLong(this.sumMs)
			.putLong(this.minMs)
			.putLong(this.maxMs)
			.putInt(this.payload.length)
			.put(HEADER_LENGTH, this.payload)
			.putInt(CHECKSUM_OFFSET, checksum(bytes));
		return bytes;
	}

	/**
	 * Reads what was stored.
	 * @param bytes any bytes
	 * @return an envelope whose numbers fit together; the payload is unread
	 * @throws CorruptSketchException if it is anything else than a whole envelope of a
	 * known version
	 */
	static SketchEnvelope fromBytes(byte[] bytes) {
		if (bytes.length < HEADER_LENGTH) {
			throw new CorruptSketchException("Truncated: " + bytes.length + " bytes, the header has " + HEADER_LENGTH);
		}
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		int magic = buffer.getInt();
		if (magic != MAGIC) {
			throw new CorruptSketchException("Not a sketch: starts with 0x%08x".formatted(magic));
		}
		byte version = buffer.get();
		if (version != VERSION) {
			throw new CorruptSketchException("Unknown version " + version + ", this program reads " + VERSION);
		}
		byte kind = buffer.get();
		long count = buffer.getLong();
		long sumMs = buffer.getLong();
		long minMs = buffer.getLong();
		long maxMs = buffer.getLong();
		int payloadLength = buffer.getInt();
		if (payloadLength != bytes.length - HEADER_LENGTH) {
			throw new CorruptSketchException("The header says " + payloadLength + " bytes of payload, there are "
					+ (bytes.length - HEADER_LENGTH));
		}
		if (buffer.getInt() != checksum(bytes)) {
			throw new CorruptSketchException("The checksum does not match");
		}
		SketchEnvelope envelope = new SketchEnvelope(SketchKind.ofCode(kind), count, sumMs, minMs, maxMs,
				Arrays.copyOfRange(bytes, HEADER_LENGTH, bytes.length));
		envelope.requireConsistent();
		return envelope;
	}

	private void requireConsistent() {
		if (!this.kind.canHold(this.count)) {
			throw new CorruptSketchException(
					"A sketch of kind " + this.kind + " cannot hold " + this.count + " durations");
		}
		boolean possible = (this.count > 0)
				? this.minMs >= 0 && this.minMs <= this.maxMs && averageIsBetween(this.minMs, this.maxMs)
				: this.sumMs == 0 && this.minMs == 0 && this.maxMs == 0 && this.payload.length == 0;
		if (!possible) {
			throw new CorruptSketchException(this.count + " durations cannot have the sum " + this.sumMs + ", minimum "
					+ this.minMs + ", maximum " + this.maxMs + " and " + this.payload.length + " bytes of payload");
		}
	}

	private boolean averageIsBetween(long min, long max) {
		// a saturated sum says only that it is not less
		return Math.ceilDiv(this.sumMs, this.count) <= max
				&& (SaturatingSum.isSaturated(this.sumMs) || Math.floorDiv(this.sumMs, this.count) >= min);
	}

	private static int checksum(byte[] bytes) {
		CRC32C crc = new CRC32C();
		crc.update(bytes, 0, CHECKSUM_OFFSET);
		crc.update(bytes, HEADER_LENGTH, bytes.length - HEADER_LENGTH);
		return (int) crc.getValue();
	}

}
