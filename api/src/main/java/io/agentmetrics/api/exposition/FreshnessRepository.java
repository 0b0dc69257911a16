package io.agentmetrics.api.exposition;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalDouble;

import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.model.time.Days;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Asks the database how far the aggregator has come, at a cost that does not grow with
 * what it has left to do.
 */
@Component
final class FreshnessRepository {

	private static final int TIMEOUT_SECONDS = 5;

	/** So many changed executions are looked at, the oldest changes first. */
	private static final int SCANNED = 100_000;

	// a shard set is as old as its oldest shard; whoever runs says so every ten seconds,
	// which a standby sees, too
	private static final String FRESHNESS = """
			with runs as (
				select * from aggregation_runs
				where shards = (select shards from aggregation_runs order by started_at desc limit 1)
			)
			select coalesce((
					select extract(epoch from now() - min(completed_at)) from aggregation_shards
					group by shards having count(completed_at) = shards
					order by max(completed_at) desc limit 1), 'infinity')::double precision as age_seconds,
				(select count(*) from agent_day_failures) as agent_days_failed,
				(select max(duration_seconds) from runs) as last_run_seconds,
				(select sum(executions / nullif(duration_seconds, 0)) from runs) as last_run_rows_per_second,
				coalesce((select bool_or(coalesce(failed, false)
					or ended_at is null and alive_at < replayed_until() - interval '1 minute') from runs), false) as last_run_failed,
				coalesce((select sum(reconciliation_failures) from aggregation_runs), 0)::bigint as reconciliation_failures,
				coalesce((select sum(executions) from late_executions), 0)::bigint as late_executions,
				(select (array_agg(watermark order by pg_snapshot_xmax(watermark)))[1]::text from aggregation_shards
					group by shards having count(watermark) = shards
					order by max(completed_at) desc limit 1) as watermark
			""";

	/** In the order of their change, so that only an index is read, and only so far. */
	private static final String WAITING = """
			with changed as (
				(select agent_id, happened, changed_in from execution_changes
					where changed_in >= pg_snapshot_xmax(:seen::pg_snapshot) order by changed_in limit :scanned)
				union all
				(select agent_id, happened, changed_in from execution_changes
					where changed_in = any (array(select pg_snapshot_xip(:seen::pg_snapshot))) limit :scanned)
			)
			select count(distinct (agent_id, metric_date))
			from changed
			join unnest(:days) with ordinality as days (metric_date, n) on n = width_bucket(happened, :starts)
			where happened < :today and not exists (
				select from aggregated_days closed
				where closed.metric_date = days.metric_date and pg_visible_in_snapshot(changed_in, snapshot))
			""";

	private static final String SOURCES = """
			select name, is_followed(name, connected_table) as followed,
				(select count(*) from execution_rejects where source_id = sources.id and not stored) as rejects,
				(select count(*) from execution_misses where source_id = sources.id) as misses
			from execution_sources sources
			where connected_table is not null
			order by name limit 100
			""";

	/** The text of a snapshot that sees nothing. */
	private static final String NOTHING = "1:1:";

	/** After one huge transaction the planner takes any other for as huge. */
	private static final String INDEXES_ONLY = "set local enable_seqscan = off";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final LedgerRepository ledger;

	private final Clock clock;

	FreshnessRepository(JdbcClient jdbc, TransactionTemplate transaction, LedgerRepository ledger, Clock clock) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
		this.clock = clock;
	}

	Freshness current() {
		Ledger current = this.ledger.current();
		Days over = over(current);
		return this.transaction.execute((status) -> {
			Known known = this.jdbc.sql(FRESHNESS).withQueryTimeout(TIMEOUT_SECONDS).query(Known::of).single();
			List<ConnectedSource> sources = this.jdbc.sql(SOURCES)
				.withQueryTimeout(TIMEOUT_SECONDS)
				.query((row, _) -> new ConnectedSource(row.getString("name"), row.getBoolean("followed"),
						row.getLong("rejects"), row.getLong("misses")))
				.list();
			this.jdbc.sql(INDEXES_ONLY).update();
			return known.freshness(current.unknown(over).size(), waiting(known.watermark(), over, current), sources);
		});
	}

	/** Returns the days that are over, from the first with executions on. */
	private Days over(Ledger ledger) {
		LocalDate today = ledger.today(this.clock.instant());
		return new Days(ledger.firstDay().filter(today::isAfter).orElse(today), today);
	}

	private long waiting(String seen, Days over, Ledger ledger) {
		List<LocalDate> days = ledger.calendar().days(over.from(), over.to());
		if (days.isEmpty()) {
			return 0;
		}
		return this.jdbc.sql(WAITING)
			.param("seen", seen)
			.param("scanned", SCANNED)
			.param("days", new SqlArrayValue("date", days.stream().map(LocalDate::toString).toArray()))
			.param("starts",
					new SqlArrayValue("timestamptz",
							days.stream().map(ledger.calendar()::startOf).map(Instant::toString).toArray()))
			.param("today", over.in(ledger.zone()).to().atOffset(ZoneOffset.UTC))
			.withQueryTimeout(TIMEOUT_SECONDS)
			.query(Long.class)
			.single();
	}

	private static OptionalDouble optional(ResultSet row, String column) throws SQLException {
		double value = row.getDouble(column);
		return row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(value);
	}

	/**
	 * What is known before the changed executions are counted.
	 *
	 * @param watermark PostgreSQL's text of what the last complete run could see
	 */
	private record Known(double ageSeconds, long agentDaysFailed, OptionalDouble lastRunSeconds,
			OptionalDouble lastRunRowsPerSecond, boolean lastRunFailed, long reconciliationFailures,
			long lateExecutions, String watermark) {

		static Known of(ResultSet row, int number) throws SQLException {
			String watermark = row.getString("watermark");
			return new Known(row.getDouble("age_seconds"), row.getLong("agent_days_failed"),
					optional(row, "last_run_seconds"), optional(row, "last_run_rows_per_second"),
					row.getBoolean("last_run_failed"), row.getLong("reconciliation_failures"),
					row.getLong("late_executions"), (watermark != null) ? watermark : NOTHING);
		}

		Freshness freshness(long datesBehind, long agentDatesWaiting, List<ConnectedSource> sources) {
			return new Freshness(this.ageSeconds, datesBehind, agentDatesWaiting, this.agentDaysFailed,
					this.lastRunSeconds, this.lastRunRowsPerSecond, this.lastRunFailed, this.reconciliationFailures,
					this.lateExecutions, sources);
		}

	}

}
