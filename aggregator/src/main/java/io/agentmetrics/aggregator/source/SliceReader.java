package io.agentmetrics.aggregator.source;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.Slice;
import io.agentmetrics.model.time.DayHour;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads executions as one connection sees them under the run's snapshot. PostgreSQL packs
 * the executions of each agent and hour into arrays, so that what leaves it is a few
 * bytes per execution instead of a row; nearly all executions are COMPLETED, so only the
 * others tell their status. Where hardly two executions share an agent and an hour,
 * packing costs more than it saves, and each execution comes by itself. So do those of an
 * agent that fails so often that its messages, packed, would fill the memory.
 *
 * <p>
 * COPY takes no parameters: what stands in the text are instants, numbers and UUIDs that
 * were parsed before.
 */
public final class SliceReader implements AutoCloseable {

	private static final String PACKED_HOURS = """
			copy (
				select agent_id, hour, counted, case when fits then times end, case when fits then exceptions end,
					case when fits then messages end, case when fits then seen end
				from (
					select agent_id, %1$s as hour, (sum(count(*)) over ())::bigint as counted,
						array_agg(execution_time_ms) as times,
						array_agg(status) filter (where status <> 'COMPLETED') as exceptions,
						array_agg(left(error_message, 1000)) filter (where error_message is not null) as messages,
						array_agg(execution_start) filter (where error_message is not null) as seen
					from agent_executions
					where execution_start >= '%2$s' and execution_start < '%3$s' and %4$s
					group by agent_id, hour
				) hours cross join lateral (select coalesce(cardinality(messages), 0) <= 10000) size (fits)
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
		List<AgentHour> leftOut = new ArrayList<>();
		long parts = copy(PACKED_HOURS.formatted(hourOf(slice), slice.from(), slice.to(), condition(agents)), (row) -> {
			PackedRow part = new PackedRow(row, slice.hours());
			AgentHour hour = part.agentHour();
			if (hour.executions() > 0) {
				target.accept(hour);
			}
			else {
				leftOut.add(hour);
			}
			counted[0] = part.counted();
		});
		for (AgentHour hour : leftOut) {
			readSingly(partOf(slice, hour.hour()), new AgentSelection.Only(Set.of(hour.agentId())), target);
		}
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

	private static Slice partOf(Slice slice, DayHour hour) {
		return new Slice(hour.start().isAfter(slice.from()) ? hour.start() : slice.from(),
				hour.end().isBefore(slice.to()) ? hour.end() : slice.to(), List.of(hour));
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
