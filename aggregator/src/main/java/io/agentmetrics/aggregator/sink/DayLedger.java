package io.agentmetrics.aggregator.sink;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.DayTotals;
import io.agentmetrics.aggregator.rollup.FailedAgentDay;
import io.agentmetrics.aggregator.rollup.FailedAgentDays;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.db.lock.AdvisoryLock;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.DayCalendar;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps the ledger of days: removes what a day no longer has, adds up all agents, closes
 * the day. Everything happens in the transaction of the calling thread.
 */
final class DayLedger {

	private static final Logger logger = LoggerFactory.getLogger(DayLedger.class);

	private static final String REMOVE_ABSENT = """
			delete from agent_metrics
			where metric_date = :date and %s and agent_id <> all (:present::uuid[])
			""";

	private static final String REMOVE_ABSENT_CELLS = REMOVE_ABSENT.replace("agent_metrics", "agent_metric_cells");

	private static final String REMOVE_ABSENT_ERRORS = REMOVE_ABSENT.replace("agent_metrics", "agent_error_groups");

	/** Rows hold sketches: all of a day's at once would not fit into memory. */
	private static final int FETCHED_AT_ONCE = 500;

	private static final String OF_SHARD = "agent_shard(agent_id, :shards) = :shard";

	private static final String OF_AGENTS = "agent_id = any (:agents::uuid[])";

	private static final String SHARD_DONE = """
			insert into aggregated_day_shards (metric_date, shards, shard, snapshot)
			values (:date, :shards, :shard, :snapshot::pg_snapshot)
			on conflict (metric_date, shards, shard) do update
			set snapshot = excluded.snapshot, completed_at = now()
			""";

	/**
	 * A preview stands for all agents of its shard: those not read again had not changed
	 * since the last one.
	 */
	private static final String PREVIEWED = """
			insert into provisional_days (metric_date, shards, shard, snapshot)
			values (:date, :shards, :shard, :snapshot::pg_snapshot)
			on conflict (metric_date, shards, shard) do update
			set snapshot = excluded.snapshot, aggregated_at = now()
			""";

	private static final String FORGET_PREVIEW = "delete from provisional_days where metric_date = :date";

	/**
	 * The oldest of the shards' snapshots: what it sees, all of them saw. Of two with the
	 * same end it is the one in which more transactions were open.
	 */
	private static final String COMPLETE_SET = """
			select (array_agg(snapshot order by pg_snapshot_xmax(snapshot),
				(select count(*) from pg_snapshot_xip(snapshot)) desc))[1]::text
			from aggregated_day_shards where metric_date = :date group by shards having count(*) = shards limit 1
			""";

	private static final String FORGET_SHARDS = "delete from aggregated_day_shards where metric_date = :date";

	private static final String CLOSED_WITH = """
			select snapshot::text from aggregated_days where metric_date = :date for update
			""";

	private static final String AGENTS = """
			select agent_id, successful_executions, failed_executions, cancelled_executions, in_progress_executions,
				total_errors, timed_executions, hourly_counts, latency_sketch
			from agent_metrics where metric_date = :date
			""";

	private static final String STORE = """
			insert into aggregated_days (
				metric_date, starts_at, ends_at, snapshot, agents, total_executions, successful_executions, failed_executions,
				cancelled_executions, in_progress_executions, total_errors, timed_executions, sum_execution_time_ms,
				min_execution_time_ms, max_execution_time_ms, hourly_total, hourly_successful, hourly_failed,
				latency_sketch)
			values (:date, :startsAt, :endsAt, :snapshot::pg_snapshot, :agents, :total, :successful, :failed, :cancelled, :inProgress,
				:errors, :timed, :sumMs, :minMs, :maxMs, :hourlyTotal, :hourlySuccessful, :hourlyFailed, :sketch)
			on conflict (metric_date) do update set
				starts_at = excluded.starts_at, ends_at = excluded.ends_at, snapshot = excluded.snapshot, agents = excluded.agents, total_executions = excluded.total_executions,
				successful_executions = excluded.successful_executions, failed_executions = excluded.failed_executions,
				cancelled_executions = excluded.cancelled_executions,
				in_progress_executions = excluded.in_progress_executions, total_errors = excluded.total_errors,
				timed_executions = excluded.timed_executions, sum_execution_time_ms = excluded.sum_execution_time_ms,
				min_execution_time_ms = excluded.min_execution_time_ms,
				max_execution_time_ms = excluded.max_execution_time_ms, hourly_total = excluded.hourly_total,
				hourly_successful = excluded.hourly_successful, hourly_failed = excluded.hourly_failed,
				latency_sketch = excluded.latency_sketch, revision = aggregated_days.revision + 1, updated_at = now()
			""";

	private final JdbcClient jdbc;

	private final DayCalendar calendar;

	private final FailedAgentDays failedAgentDays;

	private final FailureTable failures;

	DayLedger(JdbcClient jdbc, DayCalendar calendar, FailedAgentDays failedAgentDays) {
		this.jdbc = jdbc;
		this.calendar = calendar;
		this.failedAgentDays = failedAgentDays;
		this.failures = new FailureTable(jdbc);
	}

	/**
	 * Notes that the selected agents of a day are written, adds up the day where it is
	 * closed already, and closes it if that was the last of it.
	 * @return the agents whose stored rows are damaged, so that the day could not be
	 * closed; empty when none is
	 */
	Optional<AgentSelection.Only> written(DayBatch.Day day, Shard shard, String snapshot) {
		// two shards that finish the same day at once take turns
		this.jdbc.sql(AdvisoryLock.DAY.key(day.date()).inTransaction()).query().singleRow();
		removeAbsent(day.agents());
		if (day.provisional()) {
			note(PREVIEWED, day, shard, snapshot);
			return Optional.empty();
		}
		AgentSelection selection = day.agents().selection();
		this.failures.replace(day.date(), selection, this.failedAgentDays.on(day.date()),
				this.failedAgentDays.program(), snapshot);
		if (selection instanceof AgentSelection.Sharded) {
			if (shard.isWhole()) {
				return close(day, snapshot);
			}
			note(SHARD_DONE, day, shard, snapshot);
		}
		Optional<String> closable = snapshot(COMPLETE_SET, day.date()).or(() -> snapshot(CLOSED_WITH, day.date()));
		return closable.flatMap((seen) -> close(day, seen));
	}

	/**
	 * Removes the rows of selected agents that have no executions any more, or whose day
	 * failed.
	 */
	void removeAbsent(DayBatch.Present day) {
		if (day.fresh()) {
			return;
		}
		UUID[] present = this.failedAgentDays.stored(day.date(), day.present()).toArray(UUID[]::new);
		for (String table : List.of(REMOVE_ABSENT, REMOVE_ABSENT_CELLS, REMOVE_ABSENT_ERRORS)) {
			(switch (day.selection()) {
				case AgentSelection.Sharded some -> this.jdbc.sql(table.formatted(OF_SHARD))
					.param("shards", some.divisor())
					.param("shard", some.remainder());
				case AgentSelection.Only(var agents) ->
					this.jdbc.sql(table.formatted(OF_AGENTS)).param("agents", agents.toArray(UUID[]::new));
			}).param("date", day.date()).param("present", present).update();
		}
	}

	private void note(String sql, DayBatch.Day day, Shard shard, String snapshot) {
		this.jdbc.sql(sql)
			.param("date", day.date())
			.param("shards", shard.count())
			.param("shard", shard.index())
			.param("snapshot", snapshot)
			.update();
	}

	private Optional<String> snapshot(String sql, LocalDate date) {
		return this.jdbc.sql(sql).param("date", date).query(String.class).optional();
	}

	private Optional<AgentSelection.Only> close(DayBatch.Day day, String snapshot) {
		Set<UUID> damaged = new HashSet<>();
		DayTotals totals = day.sum()
			.totals()
			.filter((sum) -> this.failedAgentDays.on(day.date()).stream().noneMatch(FailedAgentDay::calculated))
			.orElseGet(() -> addUp(day.date(), damaged));
		if (!damaged.isEmpty()) {
			return Optional.of(new AgentSelection.Only(damaged));
		}
		store(totals, snapshot);
		this.jdbc.sql(FORGET_SHARDS).param("date", day.date()).update();
		this.jdbc.sql(FORGET_PREVIEW).param("date", day.date()).update();
		return Optional.empty();
	}

	private DayTotals addUp(LocalDate date, Set<UUID> damaged) {
		int hoursOfDay = this.calendar.hoursOf(date);
		Set<UUID> leftOut = this.failures.on(date);
		DayTotals.Builder totals = new DayTotals.Builder(date, hoursOfDay);
		this.jdbc.sql(AGENTS).param("date", date).withFetchSize(FETCHED_AT_ONCE).query((row) -> {
			UUID agent = row.getObject("agent_id", UUID.class);
			if (leftOut.contains(agent)) {
				return;
			}
			Optional<LatencySketch> times = StoredSketches.read(row, agent, date);
			ExecutionCounts counts = counts(row);
			Optional<HourlyCounts> hours = hours(row, hoursOfDay, counts, agent, date);
			if (times.isPresent() && hours.isPresent()) {
				totals.add(counts, hours.get(), times.get());
			}
			else {
				damaged.add(agent);
			}
		});
		return totals.build();
	}

	private static ExecutionCounts counts(ResultSet row) throws SQLException {
		return new ExecutionCounts(row.getLong("successful_executions"), row.getLong("failed_executions"),
				row.getLong("cancelled_executions"), row.getLong("in_progress_executions"),
				row.getLong("total_errors"));
	}

	private static Optional<HourlyCounts> hours(ResultSet row, int hoursOfDay, ExecutionCounts counts, UUID agent,
			LocalDate date) throws SQLException {
		try {
			HourlyCounts hours = HourlyCounts.fromBytes(row.getBytes("hourly_counts"), hoursOfDay);
			if (hours.total() != counts.total() || hours.successful() != counts.successful()
					|| hours.failed() != counts.failed()) {
				throw new IllegalArgumentException("The hours do not add up to the day");
			}
			return Optional.of(hours);
		}
		catch (IllegalArgumentException ex) {
			logger.atWarn()
				.addKeyValue("agent", agent)
				.addKeyValue("day", date)
				.addKeyValue("cause", ex.getMessage())
				.log("Damaged hourly counts");
			return Optional.empty();
		}
	}

	private void store(DayTotals totals, String snapshot) {
		ExecutionCounts counts = totals.counts();
		this.jdbc.sql(STORE)
			.param("date", totals.date())
			.param("startsAt", this.calendar.startOf(totals.date()).atOffset(ZoneOffset.UTC))
			.param("endsAt", this.calendar.startOf(totals.date().plusDays(1)).atOffset(ZoneOffset.UTC))
			.param("snapshot", snapshot)
			.param("agents", totals.agents())
			.param("total", counts.total())
			.param("successful", counts.successful())
			.param("failed", counts.failed())
			.param("cancelled", counts.cancelled())
			.param("inProgress", counts.inProgress())
			.param("errors", counts.errors())
			.param("timed", totals.times().count())
			.param("sumMs", totals.times().sumMs())
			.param("minMs", boxed(totals.times().minMs()))
			.param("maxMs", boxed(totals.times().maxMs()))
			.param("hourlyTotal", totals.hours().totals())
			.param("hourlySuccessful", totals.hours().successes())
			.param("hourlyFailed", totals.hours().failures())
			.param("sketch", totals.times().toBytes())
			.update();
	}

	private static @Nullable Long boxed(OptionalLong value) {
		return value.isPresent() ? value.getAsLong() : null;
	}

}
