package io.agentmetrics.aggregator.sink;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.FailedAgentDay;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The agents' days that could not be calculated or stored, in {@code agent_day_failures}:
 * a mark comes when it fails and goes when it succeeds.
 */
final class FailureTable {

	/** An agent that is gone by now needs no mark. */
	private static final String MARK = """
			insert into agent_day_failures (agent_id, metric_date, reason, program, snapshot)
			select id, :date, :reason, :program, :snapshot::pg_snapshot from agents where id = :agent for key share
			on conflict (agent_id, metric_date) do update set reason = excluded.reason, program = excluded.program,
				snapshot = excluded.snapshot, last_failed_at = now()
			""";

	private static final String FORGET = "delete from agent_day_failures where metric_date = :date and %s";

	private static final String MARKED = "select agent_id from agent_day_failures where metric_date = :date";

	private final JdbcClient jdbc;

	FailureTable(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Replaces the marks of the selected agents.
	 * @param selection the agents that were aggregated
	 * @param failures those of them that failed
	 * @param program which version of the program failed
	 */
	void replace(LocalDate date, AgentSelection selection, List<FailedAgentDay> failures, String program,
			String snapshot) {
		UUID[] failed = failures.stream().map(FailedAgentDay::agentId).toArray(UUID[]::new);
		(switch (selection) {
			case AgentSelection.Sharded some -> this.jdbc
				.sql(FORGET.formatted("agent_shard(agent_id, :divisor) = :remainder and agent_id <> all (:failed)"))
				.param("divisor", some.divisor())
				.param("remainder", some.remainder());
			case AgentSelection.Only(var agents) ->
				this.jdbc.sql(FORGET.formatted("agent_id = any (:agents) and agent_id <> all (:failed)"))
					.param("agents", agents.toArray(UUID[]::new));
		}).param("date", date).param("failed", failed).update();
		for (FailedAgentDay failure : failures) {
			this.jdbc.sql(MARK)
				.param("agent", failure.agentId())
				.param("date", date)
				.param("reason", failure.reason())
				.param("program", program)
				.param("snapshot", snapshot)
				.update();
		}
	}

	/** Returns the agents that a day is closed without. */
	Set<UUID> on(LocalDate date) {
		return new HashSet<>(this.jdbc.sql(MARKED).param("date", date).query(UUID.class).list());
	}

}
