package io.agentmetrics.api.ledger;

import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.agentmetrics.model.time.Days;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * The agents' days that could not be aggregated: their day is closed without them.
 */
@Component
public final class FailedDays {

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

	public FailedDays(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Returns the days that stored metrics say nothing of.
	 * @return the days of each agent that has any
	 */
	public Map<UUID, Set<LocalDate>> of(Collection<UUID> agents, Days days, Ledger ledger) {
		if (!ledger.anyFailedDays()) {
			return Map.of();
		}
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

	/**
	 * Returns a sentence about failed days that an answer about all agents leaves out.
	 * @return a sentence, empty when it leaves out nothing
	 */
	public Optional<String> sentence(Days days, Ledger ledger) {
		if (!ledger.anyFailedDays()) {
			return Optional.empty();
		}
		return this.jdbc.sql(OF_ALL).param("from", days.from()).param("to", days.to()).query((row, number) -> {
			long agentDays = row.getLong("agent_days");
			return (agentDays == 0) ? Optional.<String>empty()
					: Optional.of(("%d days of %d agents could not be aggregated and are left out, the first on %s, "
							+ "the last on %s.")
						.formatted(agentDays, row.getLong("agents"), row.getObject("first_day", LocalDate.class),
								row.getObject("last_day", LocalDate.class)));
		}).single();
	}

	/**
	 * Returns a sentence about failed days that an answer about one agent leaves out.
	 * @return one sentence, none without days
	 */
	public static List<String> sentence(Set<LocalDate> failed) {
		TreeSet<LocalDate> days = new TreeSet<>(failed);
		return switch (days.size()) {
			case 0 -> List.of();
			case 1 -> List.of("1 day of this agent could not be aggregated and is left out: " + days.first() + ".");
			default -> List.of(days.size() + " days of this agent could not be aggregated and are left out, from "
					+ days.first() + " to " + days.last() + ".");
		};
	}

}
