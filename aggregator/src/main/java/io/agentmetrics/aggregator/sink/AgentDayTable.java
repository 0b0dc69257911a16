package io.agentmetrics.aggregator.sink;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

import javax.sql.DataSource;

import io.agentmetrics.aggregator.rollup.Cell;
import io.agentmetrics.aggregator.rollup.CellKey;
import io.agentmetrics.aggregator.rollup.CompletedAgentDay;
import io.agentmetrics.aggregator.rollup.FailedAgentDay;
import io.agentmetrics.db.copy.BinaryCopyWriter;
import io.agentmetrics.model.error.ErrorGroup;
import io.agentmetrics.model.metrics.AgentDay;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.Usage;
import io.agentmetrics.model.sketch.LatencySketch;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Writes rows of {@code agent_metrics}, their cells and {@code agent_error_groups}. A
 * write replaces: the old row goes and the new one comes in one transaction, so readers
 * see the one or the other; what it was first stored as, its identity and age, goes over.
 * Why COPY and not INSERT … ON CONFLICT: docs/decisions/0003-copy-into-agent-metrics.md.
 */
final class AgentDayTable {

	private static final String TAKE_OUT = """
			delete from agent_metrics using unnest(:agents::uuid[], :dates::date[]) as old (agent, date)
			where agent_id = old.agent and metric_date = old.date
			returning id, agent_id, metric_date, revision, created_at
			""";

	private static final String TAKE_OUT_ERRORS = """
			delete from agent_error_groups using unnest(:agents::uuid[], :dates::date[]) as old (agent, date)
			where agent_id = old.agent and metric_date = old.date
			""";

	private static final String TAKE_OUT_CELLS = TAKE_OUT_ERRORS.replace("agent_error_groups", "agent_metric_cells");

	private static final String PUT_IN = """
			copy agent_metrics (
				id, agent_id, metric_date, total_executions, successful_executions, failed_executions,
				cancelled_executions, in_progress_executions, total_errors, success_rate, error_rate,
				timed_executions, sum_execution_time_ms, avg_execution_time_ms, min_execution_time_ms,
				max_execution_time_ms, p50_execution_time_ms, p95_execution_time_ms, p99_execution_time_ms,
				hourly_counts, latency_sketch, revision, provisional, created_at, updated_at,
				token_executions, input_tokens, output_tokens, cached_input_tokens, token_sketch, cost_executions, cost_usd,
				cells, agent_version, environment
			) from stdin (format binary)
			""";

	private static final int COLUMNS = 35;

	private static final String PUT_IN_CELLS = """
			copy agent_metric_cells (
				agent_id, metric_date, agent_version, environment, other, total_executions, successful_executions,
				failed_executions, cancelled_executions, in_progress_executions, total_errors, timed_executions,
				sum_execution_time_ms, min_execution_time_ms, max_execution_time_ms, hourly_counts, latency_sketch,
				token_executions, input_tokens, output_tokens, cached_input_tokens, token_sketch, cost_executions, cost_usd
			) from stdin (format binary)
			""";

	private static final int CELL_COLUMNS = 24;

	private static final String PUT_IN_ERRORS = """
			copy agent_error_groups (
				agent_id, metric_date, fingerprint, masking_version, example, occurrences, first_seen, last_seen
			) from stdin (format binary)
			""";

	private static final int ERROR_COLUMNS = 8;

	/**
	 * What PostgreSQL says of a row that it cannot take: wrong data, a broken constraint,
	 * a limit exceeded.
	 */
	private static final List<String> REFUSED_ROW = List.of("22", "23", "54");

	/** A row that is there already is a mistake of ours, not the row's. */
	private static final String DUPLICATE = "23505";

	private final DataSource dataSource;

	private final JdbcClient jdbc;

	AgentDayTable(DataSource dataSource, JdbcClient jdbc) {
		this.dataSource = dataSource;
		this.jdbc = jdbc;
	}

	/**
	 * Stores agents' days in the transaction of the calling thread. Where PostgreSQL
	 * refuses a row it is found by halving, and all others are stored.
	 * @param agents the days; of several of the same agent and date the table refuses all
	 * @param now when they are written
	 */
	List<FailedAgentDay> replace(DayBatch.Agents agents, Instant now) {
		List<FailedAgentDay> refused = new ArrayList<>();
		Connection connection = DataSourceUtils.getConnection(this.dataSource);
		try {
			replace(connection, agents, now, refused);
			return refused;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Writing " + agents.agentDays().size() + " agents' days failed", ex);
		}
		finally {
			DataSourceUtils.releaseConnection(connection, this.dataSource);
		}
	}

	private void replace(Connection connection, DayBatch.Agents agents, Instant now, List<FailedAgentDay> refused)
			throws SQLException {
		Savepoint before = connection.setSavepoint();
		Exception cause;
		try {
			Map<Key, Stored> stored = agents.fresh() ? Map.of() : takeOut(agents.agentDays());
			putIn(connection, agents, stored, now);
			putInCells(connection, agents.agentDays());
			putInErrors(connection, agents.agentDays());
			connection.releaseSavepoint(before);
			return;
		}
		catch (SQLException ex) {
			if (!isRefusedRow(ex)) {
				throw ex;
			}
			cause = ex;
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			cause = ex;
		}
		connection.rollback(before);
		List<CompletedAgentDay> days = agents.agentDays();
		if (days.size() == 1) {
			CompletedAgentDay day = days.getFirst();
			refused.add(new FailedAgentDay(day.agentId(), day.date(), cause, true));
			return;
		}
		int middle = days.size() / 2;
		for (List<CompletedAgentDay> half : List.of(days.subList(0, middle), days.subList(middle, days.size()))) {
			replace(connection, new DayBatch.Agents(half, agents.fresh(), agents.provisional()), now, refused);
		}
	}

	private static boolean isRefusedRow(SQLException failure) {
		String state = String.valueOf(failure.getSQLState());
		return !state.equals(DUPLICATE) && REFUSED_ROW.stream().anyMatch(state::startsWith);
	}

	private Map<Key, Stored> takeOut(List<CompletedAgentDay> days) {
		Map<Key, Stored> stored = new HashMap<>();
		UUID[] agents = days.stream().map(CompletedAgentDay::agentId).toArray(UUID[]::new);
		// as text, because pgjdbc has no arrays of java.time
		String[] dates = days.stream().map((day) -> day.date().toString()).toArray(String[]::new);
		this.jdbc.sql(TAKE_OUT).param("agents", agents).param("dates", dates).query((result) -> {
			stored.put(new Key(result), new Stored(result));
		});
		for (String part : List.of(TAKE_OUT_CELLS, TAKE_OUT_ERRORS)) {
			this.jdbc.sql(part).param("agents", agents).param("dates", dates).update();
		}
		return stored;
	}

	private static void putIn(Connection connection, DayBatch.Agents agents, Map<Key, Stored> stored, Instant now)
			throws SQLException {
		try (BinaryCopyWriter rows = new BinaryCopyWriter(connection, PUT_IN)) {
			for (CompletedAgentDay day : agents.agentDays()) {
				Stored before = stored.isEmpty() ? null : stored.get(new Key(day.agentId(), day.date()));
				write(rows, day, before, agents.provisional(), now);
			}
			rows.finish();
		}
	}

	private static void write(BinaryCopyWriter rows, CompletedAgentDay completed, @Nullable Stored stored,
			boolean provisional, Instant now) throws SQLException {
		AgentDay day = completed.day();
		CellKey cell = completed.cells().isSingle() ? completed.cells().stored().getFirst().key() : null;
		ExecutionCounts counts = day.counts();
		ExecutionTimes times = ExecutionTimes.of(day.times());
		rows.row(COLUMNS)
			.uuid((stored != null) ? stored.id() : newId(now))
			.uuid(day.agentId())
			.date(day.date())
			.int8(counts.total())
			.int8(counts.successful())
			.int8(counts.failed())
			.int8(counts.cancelled())
			.int8(counts.inProgress())
			.int8(counts.errors())
			.float8(counts.successRate())
			.float8(counts.errorRate())
			.int8(times.count())
			.int8(times.sumMs())
			.float8(times.avgMs())
			.int8(times.minMs())
			.int8(times.maxMs())
			.int8(times.p50Ms())
			.int8(times.p95Ms())
			.int8(times.p99Ms())
			.bytes(day.hours().toBytes())
			.bytes(day.times().toBytes())
			.int8((stored != null) ? stored.revision() + 1 : 1)
			.bool(provisional)
			.timestamp((stored != null) ? stored.createdAt() : now)
			.timestamp(now);
		write(rows, day.usage());
		rows.int4(completed.cells().distinct())
			.text((cell != null) ? cell.version() : null)
			.text((cell != null) ? cell.environment() : null);
	}

	private static void write(BinaryCopyWriter rows, Usage usage) throws SQLException {
		LatencySketch tokens = usage.tokensPerRun();
		rows.int8(usage.tokenExecutions())
			.int8(usage.inputTokens())
			.int8(usage.outputTokens())
			.int8(usage.cachedInputTokens())
			.bytes((tokens.count() > 0) ? tokens.toBytes() : null)
			.int8(usage.costExecutions())
			.numeric(usage.costUsd());
	}

	private static void putInCells(Connection connection, List<CompletedAgentDay> days) throws SQLException {
		List<CompletedAgentDay> divided = days.stream().filter((day) -> !day.cells().isSingle()).toList();
		if (divided.isEmpty()) {
			return;
		}
		try (BinaryCopyWriter rows = new BinaryCopyWriter(connection, PUT_IN_CELLS)) {
			for (CompletedAgentDay day : divided) {
				for (Cell cell : day.cells().stored()) {
					write(rows, day, cell);
				}
			}
			rows.finish();
		}
	}

	private static void write(BinaryCopyWriter rows, CompletedAgentDay day, Cell cell) throws SQLException {
		CellKey key = cell.key();
		ExecutionCounts counts = cell.counts();
		LatencySketch times = cell.times();
		rows.row(CELL_COLUMNS)
			.uuid(day.agentId())
			.date(day.date())
			.text((key != null) ? key.version() : null)
			.text((key != null) ? key.environment() : null)
			.bool(key == null)
			.int8(counts.total())
			.int8(counts.successful())
			.int8(counts.failed())
			.int8(counts.cancelled())
			.int8(counts.inProgress())
			.int8(counts.errors())
			.int8(times.count())
			.int8(times.sumMs())
			.int8(times.minMs())
			.int8(times.maxMs())
			.bytes(cell.hours().toBytes())
			.bytes(times.toBytes());
		write(rows, cell.usage());
	}

	/**
	 * A version 7 UUID (RFC 9562): ids that begin with their time lie side by side in the
	 * index, which makes inserting many of them cheaper.
	 */
	private static UUID newId(Instant now) {
		RandomGenerator random = ThreadLocalRandom.current();
		return new UUID(now.toEpochMilli() << 16 | 0x7000 | random.nextInt(1 << 12),
				0x8000_0000_0000_0000L | random.nextLong() >>> 2);
	}

	private static void putInErrors(Connection connection, List<CompletedAgentDay> days) throws SQLException {
		List<AgentDay> failing = new ArrayList<>();
		for (CompletedAgentDay completed : days) {
			if (!completed.day().errors().groups().isEmpty()) {
				failing.add(completed.day());
			}
		}
		if (failing.isEmpty()) {
			return;
		}
		try (BinaryCopyWriter rows = new BinaryCopyWriter(connection, PUT_IN_ERRORS)) {
			for (AgentDay day : failing) {
				for (ErrorGroup group : day.errors().groups()) {
					rows.row(ERROR_COLUMNS)
						.uuid(day.agentId())
						.date(day.date())
						.text(group.fingerprint())
						.int2(group.maskingVersion())
						.text(group.example())
						.int8(group.count())
						.timestamp(group.firstSeen())
						.timestamp(group.lastSeen());
				}
			}
			rows.finish();
		}
	}

	private record Key(UUID agentId, LocalDate date) {

		Key(ResultSet row) throws SQLException {
			this(row.getObject("agent_id", UUID.class), row.getObject("metric_date", LocalDate.class));
		}

	}

	/** What outlives a replacement. */
	private record Stored(UUID id, long revision, Instant createdAt) {

		Stored(ResultSet row) throws SQLException {
			this(row.getObject("id", UUID.class), row.getLong("revision"), row.getTimestamp("created_at").toInstant());
		}

	}

}
