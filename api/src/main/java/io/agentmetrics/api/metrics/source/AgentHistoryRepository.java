package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.metrics.ExecutionFilter;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Reads which agents have run before a moment; one statement for any number of agents.
 */
@Component
final class AgentHistoryRepository {

	// a row each from an index: whatever the number of agents and executions
	private static final String RECORDED_BEFORE = """
			select asked.agent_id
			from unnest(:agents) as asked (agent_id)
			cross join lateral (
				(select 1 from agent_executions where agent_id = asked.agent_id and execution_start < :moment limit 1)
				union all
				(select 1 from agent_metrics where agent_id = asked.agent_id and metric_date < :day limit 1)
				limit 1
			) earlier
			""";

	// days that are stored need not be looked through again
	private static final String MATCHED_BEFORE = """
			exists (
				select from agent_metrics
				where %1$s metric_date >= :earliest and metric_date < :day and cells = 1 and %2$s)
				or exists (
					select from agent_metric_cells
					where %1$s metric_date >= :earliest and metric_date < :day and not other and %2$s)
				or exists (
					select from agent_executions
					where %1$s execution_start >= :stored and execution_start < :moment and %2$s)
			""";

	private static final String MATCHING_BEFORE = "select asked.agent_id from unnest(:agents) as asked (agent_id) where "
			+ MATCHED_BEFORE.formatted("agent_id = asked.agent_id and", FilterCondition.SQL);

	private static final String ANY_MATCHED_BEFORE = "select " + MATCHED_BEFORE.formatted("", FilterCondition.SQL);

	private static final String AGENTS = "select id from agents where :retired or retired_at is null";

	/**
	 * How far back executions that match a filter are looked for: of one that never
	 * matched, all days would be looked through.
	 */
	private static final int DAYS_LOOKED_THROUGH = 90;

	private final JdbcClient jdbc;

	AgentHistoryRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** Returns all agents, whether they have run or not; what retired ones did counts. */
	List<UUID> agents() {
		return agents(true);
	}

	/** Returns the agents that are not retired, whether they have run or not. */
	List<UUID> agentsNotRetired() {
		return agents(false);
	}

	private List<UUID> agents(boolean retired) {
		return this.jdbc.sql(AGENTS)
			.param("retired", retired)
			.query((row, number) -> row.getObject("id", UUID.class))
			.list();
	}

	/**
	 * Returns the agents that have run before a moment; with a filter in the
	 * {@value #DAYS_LOOKED_THROUGH} days before it.
	 * @param agents the agents, known or not
	 * @param filter which of their executions count
	 * @return those with executions before it, or stored days
	 */
	Set<UUID> recordedBefore(Collection<UUID> agents, ExecutionFilter filter, Instant moment, Ledger ledger) {
		return new HashSet<>(ask(filter.isAll() ? RECORDED_BEFORE : MATCHING_BEFORE, filter, moment, ledger)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.query((row, number) -> row.getObject("agent_id", UUID.class))
			.list());
	}

	/**
	 * Returns whether any agent has run executions that match a filter in the
	 * {@value #DAYS_LOOKED_THROUGH} days before a moment.
	 */
	boolean anyMatchedBefore(ExecutionFilter filter, Instant moment, Ledger ledger) {
		return ask(ANY_MATCHED_BEFORE, filter, moment, ledger).query(Boolean.class).single();
	}

	private JdbcClient.StatementSpec ask(String sql, ExecutionFilter filter, Instant moment, Ledger ledger) {
		LocalDate day = ledger.today(moment);
		LocalDate earliest = day.minusDays(DAYS_LOOKED_THROUGH);
		LocalDate notStored = ledger.aggregatedThrough().map((last) -> last.plusDays(1)).orElse(earliest);
		Instant stored = ledger.calendar()
			.startOf(Collections.min(List.of(Collections.max(List.of(notStored, earliest)), day)));
		return FilterCondition.bind(this.jdbc.sql(sql), filter)
			.param("stored", stored.atOffset(ZoneOffset.UTC))
			.param("moment", moment.atOffset(ZoneOffset.UTC))
			.param("earliest", earliest)
			.param("day", day);
	}

}
