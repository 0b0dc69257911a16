package io.agentmetrics.api.execution;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.graphql.ListCursors;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.Window;

/**
 * The cursors of one agent's executions: start in microseconds since 2000 (8), which
 * holds every moment that PostgreSQL does, and id (16).
 */
record ExecutionCursors(ListCursors list) {

	private static final int KIND = 2;

	private static final int POSITION_BYTES = 8 + 16;

	// as the schema has it
	private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

	// executions that are older than the bound of the schema may start whenever
	// PostgreSQL can tell
	private static final Instant LATEST = Instant.parse("+294276-12-31T23:59:59.999999Z");

	static ExecutionCursors of(UUID agentId, Set<ExecutionStatus> statuses, Optional<Window> between) {
		String asked = agentId + " " + EnumSet.copyOf(statuses) + " "
				+ between.map((window) -> window.from() + " " + window.to()).orElse("");
		return new ExecutionCursors(new ListCursors(KIND, asked, "agent, 'status' or 'between'"));
	}

	String encode(ExecutionPosition position) {
		return this.list.encode(ByteBuffer.allocate(POSITION_BYTES)
			.putLong(ChronoUnit.MICROS.between(EARLIEST, position.start()))
			.putLong(position.id().getMostSignificantBits())
			.putLong(position.id().getLeastSignificantBits())
			.array());
	}

	/**
	 * Reads a cursor.
	 * @throws ProblemException if it is none of this list
	 */
	ExecutionPosition decode(String cursor) {
		ByteBuffer bytes = this.list.decode(cursor, POSITION_BYTES);
		Instant start = EARLIEST.plus(bytes.getLong(), ChronoUnit.MICROS);
		if (start.isBefore(EARLIEST) || start.isAfter(LATEST)) {
			throw ListCursors.refused();
		}
		return new ExecutionPosition(start, new UUID(bytes.getLong(), bytes.getLong()));
	}

}
