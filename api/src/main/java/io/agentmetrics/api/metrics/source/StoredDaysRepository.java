package io.agentmetrics.api.metrics.source;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
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
	private static final String CLOSED = """
			select metric_date, (select unseen_horizon())::text as horizon
			from aggregated_days
			where metric_date >= :from and metric_date < :to and (metric_date < :rawFrom or exists (
				select from aggregation_state
				where system_identifier = (select system_identifier from pg_control_system())))
			""";

	// the partitions are planned by themselves: together with the join that takes longer
	private static final String CHANGED = """
			with closed as materialized (
				select metric_date, starts_at, ends_at, snapshot, row_number() over (order by starts_at) as n
				from aggregated_days
				where metric_date >= :firstDay and metric_date < :endDay
			), recent as materialized (
				select agent_id, happened, changed_in
				from execution_changes
				where agent_id = any (:agents) and changed_in >= :horizon::xid8
					and happened >= :from and happened < :to
			), changes as (
				select distinct agent_id, n, changed_in
				from recent
				join closed on n = width_bucket(happened, array(select starts_at from closed order by n))
					and happened < ends_at
			)
			select distinct agent_id, metric_date
			from changes
			join closed using (n)
			where changed_since_closed(changed_in, snapshot)
			""";

	// many agents are looked up in the statistics of each partition, which takes longer
	// than all the rest: the planner does not get to know them. As an array it would take
	// them for ten, and look for those in all of the current week
	private static final String CHANGED_OF_MANY = CHANGED.replace("= any (:agents)", "in (select unnest(:agents))");

	private static final int MANY = 100;

	// of one of too many cells, and of groups of errors of any of several, the day does
	// not say which
	private static final String NOT_TOLD_APART = """
			select agent_id, metric_date
			from agent_metrics day
			where agent_id = any (:agents) and metric_date >= :from and metric_date < :to and cells > 1 and (:errors or exists (
				select from agent_metric_cells cell
				where cell.agent_id = day.agent_id and cell.metric_date = day.metric_date and other))
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
	 * @param detail what the days have to say to count as stored
	 */
	StoredDays storedDays(Collection<UUID> agents, Window window, StoredDays.Detail detail) {
		Ledger current = this.ledger.read();
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
		addKept(this.failedDays.of(agents, days, current), current, changed);
		if (detail != StoredDays.Detail.DAYS) {
			addKept(notToldApart(agents, days, detail == StoredDays.Detail.ERRORS_OF_CELLS), current, changed);
		}
		return new StoredDays(current, closed, changed);
	}

	/**
	 * Adds days that are not stored as they are asked for, so that they are read from
	 * executions as long as these are there.
	 */
	private static void addKept(Map<UUID, Set<LocalDate>> days, Ledger current, Map<UUID, Set<LocalDate>> changed) {
		days.forEach((agent, ofAgent) -> ofAgent.stream()
			.filter(current::keepsExecutionsOf)
			.forEach((day) -> changed.computeIfAbsent(agent, (unchanged) -> new HashSet<>()).add(day)));
	}

	private Map<UUID, Set<LocalDate>> notToldApart(Collection<UUID> agents, Days days, boolean errors) {
		Map<UUID, Set<LocalDate>> found = new HashMap<>();
		this.jdbc.sql(NOT_TOLD_APART)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("from", days.from())
			.param("to", days.to())
			.param("errors", errors)
			.query((row) -> {
				found.computeIfAbsent(row.getObject("agent_id", UUID.class), (agent) -> new HashSet<>())
					.add(row.getObject("metric_date", LocalDate.class));
			});
		return found;
	}

	private Map<UUID, Set<LocalDate>> changed(Collection<UUID> agents, Days days, Ledger current, String horizon) {
		Window window = current.recorded(days.in(current.zone()));
		Map<UUID, Set<LocalDate>> changed = new HashMap<>();
		this.jdbc.sql((agents.size() > MANY) ? CHANGED_OF_MANY : CHANGED)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("horizon", horizon)
			.param("firstDay", days.from())
			.param("endDay", days.to())
			.param("from", window.from().atOffset(ZoneOffset.UTC))
			.param("to", window.to().atOffset(ZoneOffset.UTC))
			.query((row) -> {
				changed.computeIfAbsent(row.getObject("agent_id", UUID.class), (agent) -> new HashSet<>())
					.add(row.getObject("metric_date", LocalDate.class));
			});
		return changed;
	}

}
