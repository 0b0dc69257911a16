package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

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

	private final JdbcClient jdbc;

	AgentHistoryRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Returns the agents that have run before a moment.
	 * @param agents the agents, known or not
	 * @return those with executions before it, or stored days
	 */
	Set<UUID> recordedBefore(Collection<UUID> agents, Instant moment, LocalDate day) {
		return new HashSet<>(this.jdbc.sql(RECORDED_BEFORE)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("moment", moment.atOffset(ZoneOffset.UTC))
			.param("day", day)
			.query((row, number) -> row.getObject("agent_id", UUID.class))
			.list());
	}

}
