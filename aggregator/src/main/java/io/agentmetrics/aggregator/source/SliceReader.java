package io.agentmetrics.aggregator.source;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.agentmetrics.aggregator.rollup.AgentHour;
import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.CellKey;
import io.agentmetrics.aggregator.rollup.ReportedUsage;
import io.agentmetrics.aggregator.rollup.Slice;
import io.agentmetrics.aggregator.rollup.WorkUnit;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.DayHour;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads executions as one connection sees them under the run's snapshot. PostgreSQL packs
 * the executions of each agent and hour into arrays, so that what leaves it is a few
 * bytes per execution instead of a row; nearly all executions are COMPLETED without an
 * error message, so only the others, the exceptions, tell more than their time. Where
 * hardly two executions share an agent and an hour, packing costs more than it saves, and
 * each execution comes by itself.
 *
 * <p>
 * What is packed sits in PostgreSQL's memory and in ours at once, so it is bounded: long
 * error messages are never packed but read by themselves, and an hour of an agent with
 * very many executions or exceptions is not sent packed.
 *
 * <p>
 * COPY takes no parameters: what stands in the text are instants, numbers and UUIDs that
 * were parsed before.
 */
public final class SliceReader implements AutoCloseable {

	private static final String PACKED_HOURS = """
			copy (
				select agent_id, hour, counted, long_messages, agent_version, environment, untold,
					case when fits then times end, case when fits then exceptions end,
					case when fits then tokens_per_run end, greatest(-1, least(input_tokens, 9223372036854775807))::bigint,
					greatest(-1, least(output_tokens, 9223372036854775807))::bigint,
					greatest(-1, least(cached_input_tokens, 9223372036854775807))::bigint,
					costs, cost_usd
				from (
					select agent_id, %1$s as hour, (sum(count(*)) over ())::bigint as counted,
						count(*) filter (where octet_length(error_message) > 300) as long_messages,
						array_agg(execution_time_ms) as times,
						array_agg(row(status, case when octet_length(error_message) > 300 then null else execution_start end,
								case when octet_length(error_message) <= 300 then error_message end, left(btrim(error_type), 100)))
							filter (where status <> 'COMPLETED' or octet_length(error_message) <= 300) as exceptions,
						%5$s
					from agent_executions
					where execution_start >= '%2$s' and execution_start < '%3$s' and %4$s
					group by agent_id, hour%6$s
				) hours cross join lateral (
					select untold = 0 and cardinality(times) <= 1000000 and coalesce(cardinality(exceptions), 0) <= 10000
				) size (fits)
			) to stdout (format binary)
			""";

	/** Where no execution of the last slice told anything: groups by nothing more. */
	private static final String NOTHING_TOLD = """
			null::text as agent_version, null::text as environment,
						count(*) filter (where agent_version is not null or environment is not null or %1$s) as untold,
						%2$s""";

	/** Where none told tokens or costs. */
	private static final String RELEASES_TOLD = """
			agent_version, environment, count(*) filter (where %1$s) as untold,
						%2$s""";

	private static final String TELLS_USAGE = """
			input_tokens is not null or output_tokens is not null or cached_input_tokens is not null or cost_usd is not null""";

	private static final String NO_USAGE = """
			null::bigint[] as tokens_per_run, 0 as input_tokens, 0 as output_tokens, 0 as cached_input_tokens,
						0::bigint as costs, null::numeric as cost_usd""";

	/**
	 * Tokens beyond the bounds of the schema are bounded once more, so that they harm
	 * their own agent's day only: -1 is refused there. LEAST and GREATEST pass over
	 * nulls.
	 */
	private static final String ALL_TOLD = """
			agent_version, environment, 0::bigint as untold,
						array_agg(greatest(-1, least(coalesce(input_tokens, 0), 4611686018427387903))
								+ greatest(-1, least(coalesce(output_tokens, 0), 4611686018427387903)))
							filter (where input_tokens is not null or output_tokens is not null) as tokens_per_run,
						coalesce(sum(input_tokens), 0) as input_tokens, coalesce(sum(output_tokens), 0) as output_tokens,
						coalesce(sum(cached_input_tokens), 0) as cached_input_tokens, count(cost_usd) as costs, sum(cost_usd) as cost_usd""";

	private static final String LONG_MESSAGES = """
			copy (
				select agent_id, execution_start, left(error_message, 500),
					left(coalesce(nullif(btrim(error_type), ''), status), 100), agent_version, environment
				from agent_executions
				where execution_start >= '%s' and execution_start < '%s' and %s
					and error_message is not null and octet_length(error_message) > 300
			) to stdout (format binary)
			""";

	private static final String COUNTS = """
			select agent_id, width_bucket(execution_start, ?::timestamptz[]), count(*) from agent_executions
			where execution_start >= ? and execution_start < ? and %s
			group by 1, 2
			""";

	private static final String SINGLE_EXECUTIONS = """
			copy (
				select agent_id, execution_start, execution_time_ms, nullif(status, 'COMPLETED'),
					left(error_message, 500), left(btrim(error_type), 100), agent_version, environment,
					input_tokens, output_tokens, cached_input_tokens, cost_usd
				from agent_executions
				where execution_start >= '%s' and execution_start < '%s' and %s
			) to stdout (format binary)
			""";

	/** From this many executions in an agent's hour on, packing them pays. */
	private static final int WORTH_PACKING = 4;

	/** Beyond so many it is cheaper to read all agents than to name some. */
	private static final int WORTH_NAMING = 1_000;

	/**
	 * A limit of the program was exceeded, memory ran out, or (an internal error) more
	 * than a gigabyte was asked for at once.
	 */
	private static final List<String> LIMITS = List.of("54000", "53200", "XX000");

	private final Connection connection;

	private final String snapshotId;

	/** What the last slice showed; the next ones are much like it. */
	private boolean packing = true;

	/** The same of releases, tokens and costs. */
	private Told told = Told.ALL;

	private long bytesRead;

	private SliceReader(Connection connection, String snapshotId) {
		this.connection = connection;
		this.snapshotId = snapshotId;
	}

	/**
	 * Begins to read.
	 * @param connection the connection, which is the reader's from now on
	 * @param snapshotId the exported snapshot that it is to see
	 */
	static SliceReader begin(Connection connection, String snapshotId) throws SQLException {
		SliceReader reader = new SliceReader(connection, snapshotId);
		reader.begin();
		return reader;
	}

	private void begin() throws SQLException {
		ReadSnapshot.beginReading(this.connection);
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("set transaction snapshot '" + this.snapshotId + "'");
			// the groups of a slice stay in memory; the readers themselves are the
			// parallelism
			statement.execute("set local work_mem = '64MB'");
			statement.execute("set local max_parallel_workers_per_gather = 0");
			statement.execute("set local jit = off");
			// PostgreSQL guesses far too many hours, and would rather sort all executions
			statement.execute("set local enable_sort = off");
			statement.execute("set local enable_incremental_sort = off");
		}
	}

	/**
	 * Reads a slice.
	 * @param packed whether they may be packed
	 * @param target takes each agent's hours
	 * @return how many executions PostgreSQL counted in the slice while it packed or sent
	 * them, to check what arrived against
	 * @throws PackingException if they exceed what PostgreSQL can pack
	 * @throws SQLException if PostgreSQL fails or the reader was cancelled
	 */
	public long read(Slice slice, AgentSelection agents, boolean packed, ExecutionTarget target) throws SQLException {
		return (packed && (this.packing || slice.isWithinOneHour())) ? readPacked(slice, agents, target)
				: readSingly(slice, agents, (part) -> true, target);
	}

	private long readPacked(Slice slice, AgentSelection agents, ExecutionTarget target) throws SQLException {
		PackedParts read = new PackedParts(target);
		try {
			copyPacked(slice, agents, this.told, read::add);
			if (!read.untold.isEmpty()) {
				copyPacked(slice, read.untoldAgents(agents), Told.ALL, (row) -> read.addUntold(row, this.told));
			}
		}
		catch (SQLException ex) {
			if (LIMITS.contains(String.valueOf(ex.getSQLState()))) {
				beginAgain();
				throw new PackingException(ex);
			}
			throw ex;
		}
		if (read.longMessages > 0) {
			readLongMessages(slice, agents, read.leftOut, target);
		}
		readLeftOut(slice, read.leftOut, target);
		if (read.parts > 0) {
			this.packing = read.counted >= read.parts * WORTH_PACKING;
			this.told = read.told;
		}
		return read.counted;
	}

	private void copyPacked(Slice slice, AgentSelection agents, Told told, Consumer<PackedRow> target)
			throws SQLException {
		copy(PACKED_HOURS.formatted(hourOf(slice), slice.from(), slice.to(), condition(agents), told.columns,
				told.groups), (row) -> target.accept(new PackedRow(row, slice.hours())));
	}

	/** Those of hours that are read singly come with their executions. */
	private void readLongMessages(Slice slice, AgentSelection agents, Set<Part> leftOut, ExecutionTarget target)
			throws SQLException {
		SingleRows rows = new SingleRows(slice.hours());
		copy(LONG_MESSAGES.formatted(slice.from(), slice.to(), condition(agents)), (row) -> {
			AgentHour message = rows.unpackMessage(row);
			if (!leftOut.contains(Part.of(message))) {
				target.add(message);
			}
		});
	}

	private void readLeftOut(Slice slice, Set<Part> leftOut, ExecutionTarget target) throws SQLException {
		Map<DayHour, Set<UUID>> agentsByHour = new LinkedHashMap<>();
		leftOut.forEach(
				(part) -> agentsByHour.computeIfAbsent(part.hour(), (hour) -> new HashSet<>()).add(part.agentId()));
		for (Map.Entry<DayHour, Set<UUID>> hour : agentsByHour.entrySet()) {
			readSingly(partOf(slice, hour.getKey()), new AgentSelection.Only(hour.getValue()),
					(part) -> leftOut.contains(Part.of(part)), target);
		}
	}

	/** Returns how many executions there were, those that are not wanted included. */
	private long readSingly(Slice slice, AgentSelection agents, Predicate<AgentHour> wanted, ExecutionTarget target)
			throws SQLException {
		SingleRows rows = new SingleRows(slice.hours());
		return copy(SINGLE_EXECUTIONS.formatted(slice.from(), slice.to(), condition(agents)), (row) -> {
			SingleRows.Start start = rows.start(row);
			AgentHour part;
			try {
				part = rows.unpack(start, row);
			}
			catch (RuntimeException ex) {
				target.fail(start.agentId(), start.hour().day(), ex);
				return;
			}
			if (wanted.test(part)) {
				target.add(part);
			}
		});
	}

	/** Counts executions anew, for whoever does not trust what arrived. */
	public Map<LocalDate, Map<UUID, Long>> counts(WorkUnit unit, DayCalendar calendar) throws SQLException {
		List<LocalDate> days = unit.days();
		String starts = days.stream()
			.map((day) -> calendar.startOf(day).toString())
			.collect(Collectors.joining(",", "{", "}"));
		Map<LocalDate, Map<UUID, Long>> counts = new HashMap<>();
		try (PreparedStatement statement = this.connection
			.prepareStatement(COUNTS.formatted(condition(unit.agents())))) {
			statement.setString(1, starts);
			statement.setObject(2, unit.slices().getFirst().from().atOffset(ZoneOffset.UTC));
			statement.setObject(3, unit.slices().getLast().to().atOffset(ZoneOffset.UTC));
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					counts.computeIfAbsent(days.get(result.getInt(2) - 1), (day) -> new HashMap<>())
						.put(result.getObject(1, UUID.class), result.getLong(3));
				}
			}
		}
		return counts;
	}

	/** The failed statement has ended its transaction; the snapshot is still there. */
	private void beginAgain() throws SQLException {
		this.connection.rollback();
		begin();
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
		this.connection.unwrap(PGConnection.class).cancelQuery();
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
			case AgentSelection.Sharded all when all.isEveryone() -> "true";
			case AgentSelection.Sharded some ->
				"agent_shard(agent_id, %d) = %d".formatted(some.divisor(), some.remainder());
			case AgentSelection.Only(var ids) -> ids.stream()
				.map(Object::toString)
				.collect(Collectors.joining(",", "agent_id = any ('{", "}'::uuid[])"));
		};
	}

	/**
	 * The executions of an agent and cell in an hour.
	 */
	private record Part(UUID agentId, DayHour hour, CellKey cell) {

		static Part of(AgentHour part) {
			return new Part(part.agentId(), part.hour(), part.cell());
		}

	}

	/**
	 * What executions tell besides their time and status. To ask for what none of them
	 * tells costs time for each, so it is only asked whether any does; where one does,
	 * the executions of its part are read again.
	 */
	private enum Told {

		NOTHING(NOTHING_TOLD.formatted(TELLS_USAGE, NO_USAGE), ""),
		RELEASES(RELEASES_TOLD.formatted(TELLS_USAGE, NO_USAGE), ", agent_version, environment"),
		ALL(ALL_TOLD, ", agent_version, environment");

		private final String columns;

		private final String groups;

		Told(String columns, String groups) {
			this.columns = columns;
			this.groups = groups;
		}

		/** Returns what executions are told to be of where only this is asked for. */
		CellKey cell(CellKey cell) {
			return (this == NOTHING) ? CellKey.NOT_SAID : cell;
		}

		Told atLeast(Told other) {
			return (compareTo(other) >= 0) ? this : other;
		}

	}

	/**
	 * What is known of a slice while its packed rows are handed over.
	 */
	private static final class PackedParts {

		private final ExecutionTarget target;

		private long parts;

		private long counted;

		private long longMessages;

		/** What any execution tells. */
		private Told told = Told.NOTHING;

		/** What is too much to be packed. */
		private final Set<Part> leftOut = new LinkedHashSet<>();

		/** What has not come because it tells more than was asked for. */
		private final Set<Part> untold = new HashSet<>();

		PackedParts(ExecutionTarget target) {
			this.target = target;
		}

		void add(PackedRow row) {
			this.parts++;
			this.counted = row.counted();
			if (row.isUntold()) {
				this.untold.add(new Part(row.agentId(), row.hour(), row.cell()));
			}
			else {
				addTold(row);
			}
		}

		/** Adds what has not come when less was asked for. */
		void addUntold(PackedRow row, Told asked) {
			if (this.untold.contains(new Part(row.agentId(), row.hour(), asked.cell(row.cell())))) {
				addTold(row);
			}
		}

		private void addTold(PackedRow row) {
			if (!row.cell().equals(CellKey.NOT_SAID)) {
				this.told = this.told.atLeast(Told.RELEASES);
			}
			if (row.isLeftOut()) {
				this.leftOut.add(new Part(row.agentId(), row.hour(), row.cell()));
				return;
			}
			this.longMessages += row.longMessages();
			AgentHour part;
			try {
				part = row.agentHour();
			}
			catch (RuntimeException ex) {
				this.target.fail(row.agentId(), row.hour().day(), ex);
				return;
			}
			if (part.usage() != ReportedUsage.NONE) {
				this.told = Told.ALL;
			}
			this.target.add(part);
		}

		AgentSelection untoldAgents(AgentSelection all) {
			Set<UUID> agents = this.untold.stream().map(Part::agentId).collect(Collectors.toSet());
			return (agents.size() <= WORTH_NAMING) ? new AgentSelection.Only(agents) : all;
		}

	}

}
