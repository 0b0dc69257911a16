package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.FailedDays;
import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Compares executions with what the runs that closed their days could see.
 */
@Component
final class StoredDaysRepository {

	// Of a database restored elsewhere it cannot be told what has changed since; days
	// whose executions are gone do not change any more.
	//
	// Horizon: nothing that was written before this transaction is new to the ledger. The
	// planner only finds the index on changed_in worth it when it knows the number.
	private static final String CLOSED = """
			select metric_date, coalesce(greatest(
				(select min(pg_snapshot_xmin(snapshot)) from aggregated_days where metric_date >= :from and metric_date < :to),
				(select max(lowest) from (
					select min(pg_snapshot_xmin(watermark)) as lowest
					from aggregation_shards
					group by shards
					having count(watermark) = shards) complete)), '0'::xid8)::text as horizon
			from aggregated_days
			where metric_date >= :from and metric_date < :to and (metric_date < :rawFrom or exists (
				select from aggregation_state
				where system_identifier = (select system_identifier from pg_control_system())))
			""";

	// seen neither by the run that closed the day nor by a complete run since
	private static final String CHANGED = """
			with changes as (
				select agent_id, width_bucket(execution_start, :starts) as n, changed_in
				from agent_executions
				where agent_id = any (:agents) and changed_in >= :horizon::xid8
					and execution_start >= :from and execution_start < :to
				union
				select agent_id, width_bucket(quarter_hour, :starts), changed_in
				from agent_execution_deletions
				where agent_id = any (:agents) and changed_in >= :horizon::xid8
					and quarter_hour >= :from and quarter_hour < :to
			)
			select distinct changes.agent_id, closed.metric_date
			from changes
			join unnest(:days) with ordinality as days (metric_date, n) using (n)
			join aggregated_days closed on closed.metric_date = days.metric_date
			where not pg_visible_in_snapshot(changes.changed_in, closed.snapshot)
				and not exists (
					select from aggregation_shards
					group by shards
					having count(*) = shards
						and bool_and(watermark is not null and pg_visible_in_snapshot(changes.changed_in, watermark)))
			""";

	private final LedgerRepository ledger;

	private final JdbcClient jdbc;

	private final FailedDays failedDays;

	StoredDaysRepository(LedgerRepository ledger, FailedDays failedDays, JdbcClient jdbc) {
		this.ledger = ledger;
		this.jdbc = jdbc;
		this.failedDays = failedDays;
	}

	/**
	 * Looks for what has changed since the days were closed, in the transaction of the
	 * caller, who has to read the days in the same snapshot.
	 * @param agents whose days
	 * @param window the days that lie wholly inside
	 * @return what is stored of them
	 */
	StoredDays storedDays(Collection<UUID> agents, Window window) {
		Ledger current = this.ledger.current();
		Days days = window.wholeDays(current.zone());
		Set<LocalDate> closed = new HashSet<>();
		Set<String> horizon = new HashSet<>();
		this.jdbc.sql(CLOSED)
			.param("from", days.from())
			.param("to", days.to())
			.param("rawFrom", current.rawFrom().orElse(LocalDate.EPOCH))
			.query((row) -> {
				closed.add(row.getObject("metric_date", LocalDate.class));
				horizon.add(row.getString("horizon"));
			});
		if (closed.isEmpty()) {
			return new StoredDays(current, Set.of(), Map.of());
		}
		Days changeable = new Days(Collections.min(closed), Collections.max(closed).plusDays(1));
		Map<UUID, Set<LocalDate>> changed = changed(agents, changeable, current, horizon.iterator().next());
		addFailed(agents, days, current, changed);
		return new StoredDays(current, closed, changed);
	}

	/** What could not be stored is read from executions, as long as they are there. */
	private void addFailed(Collection<UUID> agents, Days days, Ledger current, Map<UUID, Set<LocalDate>> changed) {
		this.failedDays.of(agents, days)
			.forEach((agent, failed) -> failed.stream()
				.filter((day) -> current.rawFrom().filter(day::isBefore).isEmpty())
				.forEach((day) -> changed.computeIfAbsent(agent, (unchanged) -> new HashSet<>()).add(day)));
	}

	private Map<UUID, Set<LocalDate>> changed(Collection<UUID> agents, Days days, Ledger current, String horizon) {
		Window window = current.recorded(days.in(current.zone()));
		List<LocalDate> each = current.calendar().days(days.from(), days.to());
		Map<UUID, Set<LocalDate>> changed = new HashMap<>();
		this.jdbc.sql(CHANGED)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("horizon", horizon)
			.param("days", new SqlArrayValue("date", each.stream().map(LocalDate::toString).toArray()))
			.param("starts",
					new SqlArrayValue("timestamptz",
							each.stream().map(current.calendar()::startOf).map(Instant::toString).toArray()))
			.param("from", window.from().atOffset(ZoneOffset.UTC))
			.param("to", window.to().atOffset(ZoneOffset.UTC))
			.query((row) -> {
				changed.computeIfAbsent(row.getObject("agent_id", UUID.class), (agent) -> new HashSet<>())
					.add(row.getObject("metric_date", LocalDate.class));
			});
		return changed;
	}

}
