package io.agentmetrics.api.agent;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.graphql.ListCursors;
import io.agentmetrics.api.health.HealthStatus;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.problem.ProblemException;

/**
 * A list of agents that is asked for. Its cursors hold rank (8), id (16) and name.
 *
 * @param search a part of their names or of what their platforms call them, in any case,
 * or empty for all
 * @param health how they are doing, one status at least
 * @param order by what they are ordered
 * @param filter executions of which they have run some lately
 */
record AgentList(String search, Set<HealthStatus> health, AgentOrder order, ExecutionFilter filter) {

	private static final int KIND = 1;

	private static final int FIXED_BYTES = 8 + 16;

	/** Whether it can be told without asking how the agents are doing. */
	boolean isPlain() {
		return this.filter.isAll() && this.order == AgentOrder.NAME
				&& this.health.size() == HealthStatus.values().length;
	}

	String cursor(AgentPosition position) {
		byte[] name = position.name().getBytes(StandardCharsets.UTF_8);
		return cursors().encode(ByteBuffer.allocate(FIXED_BYTES + name.length)
			.putLong(position.rank())
			.putLong(position.id().getMostSignificantBits())
			.putLong(position.id().getLeastSignificantBits())
			.put(name)
			.array());
	}

	/**
	 * Reads a cursor.
	 * @throws ProblemException if it is none of this list
	 */
	AgentPosition position(String cursor) {
		ByteBuffer bytes = cursors().decode(cursor, FIXED_BYTES);
		long rank = bytes.getLong();
		UUID id = new UUID(bytes.getLong(), bytes.getLong());
		String name = StandardCharsets.UTF_8.decode(bytes).toString();
		if (name.indexOf(0) >= 0) {
			throw ListCursors.refused();
		}
		return new AgentPosition(rank, name, id);
	}

	private ListCursors cursors() {
		return new ListCursors(KIND,
				this.order + " " + EnumSet.copyOf(this.health) + " " + this.search
						+ (this.filter.isAll() ? "" : " " + this.filter.asked()),
				"'search', 'health', 'filter' or 'orderBy'");
	}

}
