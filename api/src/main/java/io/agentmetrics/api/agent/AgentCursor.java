package io.agentmetrics.api.agent;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import java.util.zip.CRC32C;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;

/**
 * A position in a list of agents as clients hold it: opaque, and only good for the list
 * it came from. Its bytes are checksum (4), version (1), order (1), hash of the search
 * (4), id (16) and name.
 */
final class AgentCursor {

	private static final byte VERSION = 1;

	private static final byte BY_NAME_AND_ID = 1;

	private static final int FIXED_BYTES = 4 + 1 + 1 + 4 + 16;

	private AgentCursor() {
	}

	static String encode(AgentPosition position, String search) {
		byte[] name = position.name().getBytes(StandardCharsets.UTF_8);
		ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + name.length)
			.putInt(0)
			.put(VERSION)
			.put(BY_NAME_AND_ID)
			.putInt(search.hashCode())
			.putLong(position.id().getMostSignificantBits())
			.putLong(position.id().getLeastSignificantBits())
			.put(name);
		bytes.putInt(0, checksum(bytes.array()));
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
	}

	/**
	 * Reads a cursor.
	 * @param cursor what a client sent
	 * @param search the search it is used with
	 * @return the position
	 * @throws ProblemException if it is none of ours or from a list with another search
	 */
	static AgentPosition decode(String cursor, String search) {
		ByteBuffer bytes = bytes(cursor);
		if (bytes.remaining() < FIXED_BYTES || bytes.getInt() != checksum(bytes.array()) || bytes.get() != VERSION
				|| bytes.get() != BY_NAME_AND_ID) {
			throw refused();
		}
		if (bytes.getInt() != search.hashCode()) {
			throw new ProblemException(ProblemKind.BAD_INPUT,
					"The argument 'after' is a cursor of a list with another 'search': start without 'after'.");
		}
		UUID id = new UUID(bytes.getLong(), bytes.getLong());
		return new AgentPosition(StandardCharsets.UTF_8.decode(bytes).toString(), id);
	}

	private static ByteBuffer bytes(String cursor) {
		try {
			return ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
		}
		catch (IllegalArgumentException ex) {
			throw refused();
		}
	}

	private static int checksum(byte[] bytes) {
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, 4, bytes.length - 4);
		return (int) checksum.getValue();
	}

	private static ProblemException refused() {
		return new ProblemException(ProblemKind.BAD_INPUT,
				"The argument 'after' is not a cursor of this list: use 'endCursor' or 'cursor' of an earlier page.");
	}

}
