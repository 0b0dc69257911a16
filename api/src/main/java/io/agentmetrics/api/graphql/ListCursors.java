package io.agentmetrics.api.graphql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32C;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;

/**
 * The cursors of one list as clients hold them: opaque, and refused by any other list.
 * Their bytes are checksum (4), version (1), kind of list (1), checksum of what was asked
 * for (4) and the position.
 *
 * @param kind the kind of list, a small number of its own
 * @param asked all that decides what the list holds and in which order, as text; the same
 * in every process
 * @param arguments the arguments that decide it, to tell clients: {@code 'search'}
 */
public record ListCursors(int kind, String asked, String arguments) {

	private static final byte VERSION = 3;

	private static final int HEAD_BYTES = 4 + 1 + 1 + 4;

	/**
	 * Encodes a position as a cursor.
	 * @return the cursor, safe in a URL
	 */
	public String encode(byte[] position) {
		ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + position.length)
			.putInt(0)
			.put(VERSION)
			.put((byte) this.kind)
			.putInt(askedChecksum())
			.put(position);
		bytes.putInt(0, checksum(bytes.array(), 4));
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
	}

	/**
	 * Decodes a cursor to a position.
	 * @param minBytes the fewest bytes a position has
	 * @throws ProblemException if it is no cursor of this list
	 */
	public ByteBuffer decode(String cursor, int minBytes) {
		ByteBuffer bytes = bytes(cursor);
		if (bytes.remaining() < HEAD_BYTES + minBytes || bytes.getInt() != checksum(bytes.array(), 4)
				|| bytes.get() != VERSION || bytes.get() != (byte) this.kind) {
			throw refused();
		}
		if (bytes.getInt() != askedChecksum()) {
			throw new ProblemException(ProblemKind.BAD_INPUT,
					"The argument 'after' is a cursor of a list with another %s: start without 'after'."
						.formatted(this.arguments));
		}
		return bytes;
	}

	/** Returns the problem of a cursor that is not one of this list. */
	public static ProblemException refused() {
		return new ProblemException(ProblemKind.BAD_INPUT,
				"The argument 'after' is not a cursor of this list: use 'endCursor' or 'cursor' of an earlier page.");
	}

	private int askedChecksum() {
		return checksum(this.asked.getBytes(StandardCharsets.UTF_8), 0);
	}

	private static ByteBuffer bytes(String cursor) {
		try {
			return ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
		}
		catch (IllegalArgumentException ex) {
			throw refused();
		}
	}

	private static int checksum(byte[] bytes, int from) {
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, from, bytes.length - from);
		return (int) checksum.getValue();
	}

}
