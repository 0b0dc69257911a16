package io.agentmetrics.aggregator.source;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.DayHour;
import io.agentmetrics.aggregator.rollup.Slice;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads executions as one connection sees them under the run's snapshot. PostgreSQL packs
 * the executions of each agent and hour into arrays, so that what leaves it is a few
 * bytes per execution instead of a row; nearly all executions are COMPLETED, so only the
 * others tell their status. Where hardly two executions share an agent and an hour,
 * packing costs more than it saves, and each execution comes by itself.
 *
 * <p>
 * COPY takes no parameters: what stands in the text are instants, numbers and UUIDs that
 * were parsed before.
 */
public final class SliceReader implements AutoCloseable {

	private static final String PACKED_HOURS = """
			copy (
				select agent_id, %1$s as hour, (sum(count(*)) over ())::bigint,
					array_agg(execution_time_ms),
					array_agg(status) filter (where status <> 'COMPLETED'),
					array_agg(left(error_message, 1000)) filter (where error_message is not null),
					array_agg(execution_start) filter (where error_message is not null)
				from agent_executions
				where execution_start >= '%2$s' and execution_start < '%3$s' and %4$s
				group by agent_id, hour
			) to stdout (format binary)
			""";

	private static final String SINGLE_EXECUTIONS = """
			copy (
				select agent_id, execution_start, execution_time_ms, nullif(status, 'COMPLETED'), left(error_message, 1000)
				from agent_executions
				where execution_start >= '%s' and execution_start < '%s' and %s
			) to stdout (format binary)
			""";

	/** From this many executions in an agent's hour on, packing them pays. */
	private static final int WORTH_PACKING = 4;

	private final Connection connection;

	/** What the last slice showed; the next ones are much like it. */
	private boolean packing = true;

	private volatile boolean cancelled;

	private long bytesRead;

	SliceReader(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Reads a slice.
	 * @param slice the slice
	 * @param agents whose executions
	 * @param target takes each agent's hours
	 * @return how many executions PostgreSQL counted in the slice while it packed or sent
	 * them, to check what arrived against
	 * @throws SQLException if PostgreSQL fails or the reader was cancelled
	 */
	public long read(Slice slice, AgentSelection agents, Consumer<AgentHour> target) throws SQLException {
		return (this.packing || slice.isWithinOneHour()) ? readPacked(slice, agents, target)
				: readSingly(slice, agents, target);
	}

	private long readPacked(Slice slice, AgentSelection agents, Consumer<AgentHour> target) throws SQLException {
		long[] counted = new long[1];
		long parts = copy(PACKED_HOURS.formatted(hourOf(slice), slice.from(), slice.to(), condition(agents)), (row) -> {
			PackedRow part = new PackedRow(row, slice.hours());
			target.accept(part.agentHour());
			counted[0] = part.counted();
		});
		if (parts > 0) {
			this.packing = counted[0] >= parts * WORTH_PACKING;
		}
		return counted[0];
	}

	private long readSingly(Slice slice, AgentSelection agents, Consumer<AgentHour> target) throws SQLException {
		SingleRows rows = new SingleRows(slice.hours());
		return copy(SINGLE_EXECUTIONS.formatted(slice.from(), slice.to(), condition(agents)),
				(row) -> target.accept(rows.unpack(row)));
	}

	/** Returns how many rows there were, as PostgreSQL says at their end. */
	private long copy(String sql, Consumer<ByteBuffer> target) throws SQLException {
		CopyOut copy = this.connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
		try {
			BinaryCopyReader rows = new BinaryCopyReader(copy);
			for (ByteBuffer row = rows.next(); row != null; row = rows.next()) {
				this.bytesRead += row.remaining();
				target.accept(row);
			}
			return copy.getHandledRowCount();
		}
		finally {
			if (copy.isActive()) {
				copy.cancelCopy();
			}
		}
	}

	/** How many bytes of rows have come; for the thread that reads. */
	public long bytesRead() {
		return this.bytesRead;
	}

	/**
	 * Ends what is being read; may be called from another thread.
	 * @throws SQLException if PostgreSQL could not be told
	 */
	public void cancel() throws SQLException {
		this.cancelled = true;
		this.connection.unwrap(PGConnection.class).cancelQuery();
	}

	public boolean isCancelled() {
		return this.cancelled;
	}

	@Override
	public void close() throws SQLException {
		try (this.connection) {
			this.connection.rollback();
		}
	}

	private static String hourOf(Slice slice) {
		if (slice.isWithinOneHour()) {
			return "1";
		}
		return slice.hours()
			.stream()
			.map(DayHour::start)
			.map(Object::toString)
			.collect(Collectors.joining(",", "width_bucket(execution_start, '{", "}'::timestamptz[])"));
	}

	private static String condition(AgentSelection agents) {
		return switch (agents) {
			case AgentSelection.Sharded(var shard) when shard.isWhole() -> "true";
			case AgentSelection.Sharded(var shard) ->
				"agent_shard(agent_id, %d) = %d".formatted(shard.count(), shard.index());
			case AgentSelection.Only(var ids) -> ids.stream()
				.map(Object::toString)
				.collect(Collectors.joining(",", "agent_id = any ('{", "}'::uuid[])"));
		};
	}

}
