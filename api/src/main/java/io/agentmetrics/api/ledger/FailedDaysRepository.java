package io.agentmetrics.api.ledger;

import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.window.Days;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * Reads which agents' days the aggregator has left out.
 */
@Component
final class FailedDaysRepository implements FailedDays {

	private static final String OF_AGENTS = """
			select agent_id, metric_date from agent_day_failures
			where agent_id = any (:agents) and metric_date >= :from and metric_date < :to
			""";

	private static final String OF_ALL = """
			select count(*) as agent_days, count(distinct agent_id) as agents, min(metric_date) as first_day,
				max(metric_date) as last_day
			from agent_day_failures where metric_date >= :from and metric_date < :to
			""";

	private final JdbcClient jdbc;

	FailedDaysRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public Map<UUID, Set<LocalDate>> of(Collection<UUID> agents, Days days) {
		Map<UUID, Set<LocalDate>> failed = new HashMap<>();
		this.jdbc.sql(OF_AGENTS)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("from", days.from())
			.param("to", days.to())
			.query((row) -> {
				failed.computeIfAbsent(row.getObject("agent_id", UUID.class), (agent) -> new HashSet<>())
					.add(row.getObject("metric_date", LocalDate.class));
			});
		return failed;
	}

	@Override
	public Optional<String> sentence(Days days) {
		return this.jdbc.sql(OF_ALL).param("from", days.from()).param("to", days.to()).query((row, number) -> {
			long agentDays = row.getLong("agent_days");
			return (agentDays == 0) ? Optional.<String>empty()
					: Optional.of(("%d days of %d agents could not be aggregated and are left out, the first on %s, "
							+ "the last on %s.")
						.formatted(agentDays, row.getLong("agents"), row.getObject("first_day", LocalDate.class),
								row.getObject("last_day", LocalDate.class)));
		}).single();
	}

}
