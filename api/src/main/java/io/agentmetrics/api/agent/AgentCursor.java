package io.agentmetrics.api.agent;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import io.agentmetrics.api.paging.ListCursors;
import io.agentmetrics.api.problem.ProblemException;

/**
 * The cursors of a list of agents: id (16) and name.
 */
final class AgentCursor {

	private static final int KIND = 1;

	private static final int ID_BYTES = 16;

	private AgentCursor() {
	}

	static String encode(AgentPosition position, String search) {
		byte[] name = position.name().getBytes(StandardCharsets.UTF_8);
		return list(search).encode(ByteBuffer.allocate(ID_BYTES + name.length)
			.putLong(position.id().getMostSignificantBits())
			.putLong(position.id().getLeastSignificantBits())
			.put(name)
			.array());
	}

	/**
	 * Reads a cursor.
	 * @param cursor what a client sent
	 * @param search the search it is used with
	 * @return the position
	 * @throws ProblemException if it is none of ours or from a list with another search
	 */
	static AgentPosition decode(String cursor, String search) {
		ByteBuffer bytes = list(search).decode(cursor, ID_BYTES);
		UUID id = new UUID(bytes.getLong(), bytes.getLong());
		String name = StandardCharsets.UTF_8.decode(bytes).toString();
		if (name.indexOf(0) >= 0) {
			throw ListCursors.refused();
		}
		return new AgentPosition(name, id);
	}

	private static ListCursors list(String search) {
		return new ListCursors(KIND, search, "'search'");
	}

}
