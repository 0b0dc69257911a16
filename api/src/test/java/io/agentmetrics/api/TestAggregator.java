package io.agentmetrics.api;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import javax.sql.DataSource;

import io.agentmetrics.api.metrics.source.UsageTotals;
import io.agentmetrics.model.error.ErrorGroup;
import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.metrics.AgentDay;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.DayCalendar;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * Closes days as the aggregator does, in the simplest way: one transaction that reads all
 * executions of the days.
 */
public final class TestAggregator {

	/** As many as the aggregator tells apart. */
	private static final int MAX_CELLS = 50;

	private final DataSource dataSource;

	private final ZoneId zone;

	public TestAggregator(DataSource dataSource, ZoneId zone) {
		this.dataSource = dataSource;
		this.zone = zone;
	}

	/**
	 * Closes days, or closes them again.
	 * @param from the first day
	 * @param to the day after the last
	 */
	public void close(LocalDate from, LocalDate to) {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			connection.setAutoCommit(false);
			JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
			jdbc.sql("""
					insert into aggregation_state (zone, system_identifier)
					select :zone, system_identifier from pg_control_system()
					on conflict (singleton) do update set zone = excluded.zone
					""").param("zone", this.zone.getId()).update();
			for (LocalDate day : new DayCalendar(this.zone).days(from, to)) {
				close(jdbc, day);
			}
			jdbc.sql("""
					insert into aggregation_shards (shards, shard, fence, watermark, completed_at)
					values (1, 0, 1, pg_current_snapshot(), now())
					on conflict (shards, shard) do update set watermark = excluded.watermark
					""").update();
			connection.commit();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void close(JdbcClient jdbc, LocalDate day) {
		jdbc.sql("delete from agent_error_groups where metric_date = :day").param("day", day).update();
		jdbc.sql("delete from agent_metrics where metric_date = :day").param("day", day).update();
		jdbc.sql("delete from agent_metric_cells where metric_date = :day").param("day", day).update();
		AgentDay all = empty(new UUID(0, 0), day);
		Map<UUID, Map<Cell, Part>> agents = new HashMap<>();
		for (Map.Entry<Cell, Part> execution : executions(jdbc, day)) {
			AgentDay metrics = execution.getValue().day();
			agents.computeIfAbsent(metrics.agentId(), (agent) -> new HashMap<>())
				.merge(execution.getKey(), execution.getValue(), Part::plus);
			all = all.plus(new AgentDay(all.agentId(), day, metrics.counts(), metrics.hours(), metrics.times(),
					metrics.errors()));
		}
		agents.values().forEach((cells) -> {
			Part sum = cells.values().stream().reduce(Part::plus).orElseThrow();
			insert(jdbc, sum.day());
			updateUsage(jdbc, sum, cells.size(), (cells.size() == 1) ? cells.keySet().iterator().next() : Cell.OTHER);
			if (cells.size() > 1) {
				largest(cells).forEach((cell, part) -> insertCell(jdbc, cell, part));
			}
		});
		insertLedger(jdbc, all, agents.size());
	}

	/** The largest cells as they are, the rest as one. */
	private static Map<Cell, Part> largest(Map<Cell, Part> cells) {
		if (cells.size() <= MAX_CELLS) {
			return cells;
		}
		Map<Cell, Part> largest = new HashMap<>();
		cells.entrySet()
			.stream()
			.sorted(Comparator.comparing((Map.Entry<Cell, Part> cell) -> -cell.getValue().day().counts().total())
				.thenComparing((cell) -> cell.getKey().toString()))
			.forEach((cell) -> largest.merge((largest.size() < MAX_CELLS - 1) ? cell.getKey() : Cell.OTHER,
					cell.getValue(), Part::plus));
		return largest;
	}

	private List<Map.Entry<Cell, Part>> executions(JdbcClient jdbc, LocalDate day) {
		Instant start = start(day);
		Instant end = start(day.plusDays(1));
		List<Map.Entry<Cell, Part>> executions = new ArrayList<>();
		jdbc.sql("""
				select agent_id, status, execution_start, execution_time_ms, error_type,
					error_message, agent_version, environment, input_tokens, output_tokens, cached_input_tokens,
					cost_usd
				from agent_executions
				where execution_start >= :start and execution_start < :end
				""")
			.param("start", start.atZone(this.zone).toOffsetDateTime())
			.param("end", end.atZone(this.zone).toOffsetDateTime())
			.query((row) -> {
				ExecutionStatus status = ExecutionStatus.valueOf(row.getString("status"));
				Instant started = row.getObject("execution_start", OffsetDateTime.class).toInstant();
				String message = row.getString("error_message");
				long ms = row.getLong("execution_time_ms");
				LatencySketch times = row.wasNull() ? LatencySketch.empty() : LatencySketch.of(ms);
				long[] total = new long[hours(day)];
				long[] successful = total.clone();
				long[] failed = total.clone();
				int hour = (int) Duration.between(start, started).toHours();
				total[hour] = 1;
				successful[hour] = status.isSuccessful() ? 1 : 0;
				failed[hour] = status.isFailed() ? 1 : 0;
				String type = Objects.requireNonNullElse(row.getString("error_type"), status.name());
				ErrorGroups errors = (message != null || status.isFailed())
						? ErrorGroups.builder().add(message, type, 1, started, started).build() : ErrorGroups.empty();
				AgentDay metrics = new AgentDay(row.getObject("agent_id", UUID.class), day,
						counts(status, message != null), HourlyCounts.of(total, successful, failed), times, errors);
				executions.add(Map.entry(new Cell(row.getString("agent_version"), row.getString("environment"), false),
						part(metrics, row)));
			});
		return executions;
	}

	private static Part part(AgentDay metrics, ResultSet row) throws SQLException {
		Optional<Long> input = Optional.ofNullable(row.getObject("input_tokens", Long.class));
		Optional<Long> output = Optional.ofNullable(row.getObject("output_tokens", Long.class));
		Optional<BigDecimal> costUsd = Optional.ofNullable(row.getBigDecimal("cost_usd"));
		boolean reports = input.isPresent() || output.isPresent();
		return new Part(metrics, new UsageTotals(reports ? 1 : 0, input.orElse(0L), output.orElse(0L),
				row.getLong("cached_input_tokens"), costUsd.isPresent() ? 1 : 0, costUsd.orElse(BigDecimal.ZERO)),
				reports ? LatencySketch.of(input.orElse(0L) + output.orElse(0L)) : LatencySketch.empty());
	}

	private static ExecutionCounts counts(ExecutionStatus status, boolean error) {
		return new ExecutionCounts(status.isSuccessful() ? 1 : 0, status.isFailed() ? 1 : 0,
				(status == ExecutionStatus.CANCELLED) ? 1 : 0, status.isInProgress() ? 1 : 0, error ? 1 : 0);
	}

	private AgentDay empty(UUID agentId, LocalDate day) {
		return new AgentDay(agentId, day, ExecutionCounts.empty(), HourlyCounts.of(hours(day)), LatencySketch.empty(),
				ErrorGroups.empty());
	}

	private int hours(LocalDate day) {
		return new DayCalendar(this.zone).hoursOf(day);
	}

	private Instant start(LocalDate day) {
		return new DayCalendar(this.zone).startOf(day);
	}

	private static void insert(JdbcClient jdbc, AgentDay day) {
		bind(jdbc.sql("""
				insert into agent_metrics (agent_id, metric_date, total_executions, successful_executions,
					failed_executions, cancelled_executions, in_progress_executions, total_errors, success_rate,
					error_rate, timed_executions, sum_execution_time_ms, avg_execution_time_ms,
					min_execution_time_ms, max_execution_time_ms, p50_execution_time_ms, p95_execution_time_ms,
					p99_execution_time_ms, hourly_counts, latency_sketch)
				values (:agent, :day, :total, :successful, :failed, :cancelled, :inProgress, :errors, :successRate,
					:errorRate, :timed, :sumMs, :avgMs, :minMs, :maxMs, :p50Ms, :p95Ms, :p99Ms, :hours,
					:sketch)
				"""), day).param("agent", day.agentId())
			.param("hours", day.hours().toBytes())
			.param("successRate", day.counts().successRate())
			.param("errorRate", day.counts().errorRate())
			.param("avgMs", day.times().avgMs().isPresent() ? day.times().avgMs().getAsDouble() : null, Types.DOUBLE)
			.param("minMs", orNull(day.times().minMs()), Types.BIGINT)
			.param("maxMs", orNull(day.times().maxMs()), Types.BIGINT)
			.param("p50Ms", orNull(day.times().quantileMs(0.5)), Types.BIGINT)
			.param("p95Ms", orNull(day.times().quantileMs(0.95)), Types.BIGINT)
			.param("p99Ms", orNull(day.times().quantileMs(0.99)), Types.BIGINT)
			.update();
		for (ErrorGroup group : day.errors().groups()) {
			jdbc.sql("""
					insert into agent_error_groups (agent_id, metric_date, fingerprint, masking_version, example,
						occurrences, first_seen, last_seen)
					values (:agent, :day, :fingerprint, :version, :example, :count, :first, :last)
					""")
				.param("agent", day.agentId())
				.param("day", day.date())
				.param("fingerprint", group.fingerprint())
				.param("version", group.maskingVersion())
				.param("example", group.example())
				.param("count", group.count())
				.param("first", group.firstSeen().atOffset(ZoneOffset.UTC))
				.param("last", group.lastSeen().atOffset(ZoneOffset.UTC))
				.update();
		}
	}

	private static void updateUsage(JdbcClient jdbc, Part part, int cells, Cell cell) {
		bindUsage(jdbc.sql("""
				update agent_metrics
				set token_executions = :tokenExecutions, input_tokens = :input, output_tokens = :output,
					cached_input_tokens = :cachedInput, token_sketch = :tokens, cost_executions = :costExecutions,
					cost_usd = :costUsd, cells = :cells, agent_version = :version, environment = :environment
				where agent_id = :agent and metric_date = :day
				"""), part, cell).param("day", part.day().date()).param("cells", cells).update();
	}

	private static void insertCell(JdbcClient jdbc, Cell cell, Part part) {
		bindUsage(bind(jdbc.sql("""
				insert into agent_metric_cells (agent_id, metric_date, agent_version, environment, other,
					total_executions, successful_executions, failed_executions, cancelled_executions,
					in_progress_executions, total_errors, timed_executions, sum_execution_time_ms,
					min_execution_time_ms, max_execution_time_ms, hourly_counts, latency_sketch, token_executions,
					input_tokens, output_tokens, cached_input_tokens, token_sketch, cost_executions, cost_usd)
				values (:agent, :day, :version, :environment, :other, :total, :successful, :failed, :cancelled,
					:inProgress, :errors, :timed, :sumMs, :minMs, :maxMs, :hours, :sketch, :tokenExecutions, :input,
					:output, :cachedInput, :tokens, :costExecutions, :costUsd)
				"""), part.day()), part, cell).param("other", cell.other())
			.param("hours", part.day().hours().toBytes())
			.param("minMs", orNull(part.day().times().minMs()), Types.BIGINT)
			.param("maxMs", orNull(part.day().times().maxMs()), Types.BIGINT)
			.update();
	}

	private static JdbcClient.StatementSpec bindUsage(JdbcClient.StatementSpec statement, Part part, Cell cell) {
		UsageTotals usage = part.usage();
		return statement.param("agent", part.day().agentId())
			.param("version", cell.version(), Types.VARCHAR)
			.param("environment", cell.environment(), Types.VARCHAR)
			.param("tokenExecutions", usage.tokenExecutions())
			.param("input", usage.inputTokens())
			.param("output", usage.outputTokens())
			.param("cachedInput", usage.cachedInputTokens())
			.param("tokens", (usage.tokenExecutions() > 0) ? part.tokens().toBytes() : null, Types.BINARY)
			.param("costExecutions", usage.costExecutions())
			.param("costUsd", usage.costUsd());
	}

	private void insertLedger(JdbcClient jdbc, AgentDay all, int agents) {
		long revision = jdbc.sql("delete from aggregated_days where metric_date = :day returning revision")
			.param("day", all.date())
			.query(Long.class)
			.optional()
			.orElse(0L);
		bind(jdbc.sql("""
				insert into aggregated_days (metric_date, starts_at, ends_at, snapshot, agents, total_executions,
					successful_executions, failed_executions, cancelled_executions, in_progress_executions,
					total_errors, timed_executions, sum_execution_time_ms, hourly_total, hourly_successful,
					hourly_failed, latency_sketch, revision)
				values (:day, :startsAt, :endsAt, pg_current_snapshot(), :agents, :total, :successful, :failed,
					:cancelled, :inProgress, :errors, :timed, :sumMs, :hourlyTotal, :hourlySuccessful, :hourlyFailed,
					:sketch, :revision)
				"""), all).param("agents", agents)
			.param("revision", revision + 1)
			.param("startsAt", start(all.date()).atOffset(ZoneOffset.UTC))
			.param("endsAt", start(all.date().plusDays(1)).atOffset(ZoneOffset.UTC))
			.param("hourlyTotal", array(all.hours().totals()))
			.param("hourlySuccessful", array(all.hours().successes()))
			.param("hourlyFailed", array(all.hours().failures()))
			.update();
	}

	private static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec statement, AgentDay day) {
		ExecutionCounts counts = day.counts();
		return statement.param("day", day.date())
			.param("total", counts.total())
			.param("successful", counts.successful())
			.param("failed", counts.failed())
			.param("cancelled", counts.cancelled())
			.param("inProgress", counts.inProgress())
			.param("errors", counts.errors())
			.param("timed", day.times().count())
			.param("sumMs", day.times().sumMs())
			.param("sketch", day.times().toBytes());
	}

	private static @Nullable Long orNull(OptionalLong ms) {
		return ms.isPresent() ? ms.getAsLong() : null;
	}

	private static SqlArrayValue array(long[] values) {
		return new SqlArrayValue("bigint", Arrays.stream(values).boxed().toArray());
	}

	/**
	 * A release and an environment, or all others.
	 */
	private record Cell(@Nullable String version, @Nullable String environment, boolean other) {

		private static final Cell OTHER = new Cell(null, null, true);

	}

	/**
	 * Some executions of one agent and day.
	 */
	private record Part(AgentDay day, UsageTotals usage, LatencySketch tokens) {

		private Part plus(Part more) {
			return new Part(this.day.plus(more.day), this.usage.plus(more.usage), this.tokens.plus(more.tokens));
		}

	}

}
