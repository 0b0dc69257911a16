package io.agentmetrics.api.ledger;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import io.agentmetrics.model.time.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * The executions that came or changed after their day's executions had been dropped, so
 * that no stored day counts them.
 */
@Component
public final class LateExecutions {

	private static final String OF_AGENTS = """
			select agent_id, sum(executions)::bigint as executions, min(metric_date) as first_day, max(metric_date) as last_day
			from late_executions
			where metric_date between :first and :last and agent_id = any (:agents)
			group by agent_id
			""";

	private static final String OF_ALL = """
			select sum(executions)::bigint as executions, min(metric_date) as first_day, max(metric_date) as last_day
			from late_executions
			where metric_date between :first and :last
			having count(*) > 0
			""";

	private final JdbcClient jdbc;

	public LateExecutions(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Returns sentences about late executions that answers about agents leave out.
	 * @return one sentence for each agent with such executions
	 */
	public Map<UUID, String> missing(Collection<UUID> agents, Window window, Ledger ledger) {
		return dropped(window, ledger).map((days) -> this.jdbc.sql(OF_AGENTS)
			.param("first", days.first())
			.param("last", days.last())
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.query((row, number) -> Map.entry(row.getObject("agent_id", UUID.class),
					new Late(row.getLong("executions"), row.getObject("first_day", LocalDate.class),
							row.getObject("last_day", LocalDate.class))
						.sentence()))
			.list()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))).orElse(Map.of());
	}

	/**
	 * Returns a sentence about late executions that an answer about all agents leaves
	 * out.
	 * @return one sentence, or none
	 */
	public List<String> missing(Window window, Ledger ledger) {
		return dropped(window, ledger)
			.map((days) -> this.jdbc.sql(OF_ALL)
				.param("first", days.first())
				.param("last", days.last())
				.query((row,
						number) -> new Late(row.getLong("executions"), row.getObject("first_day", LocalDate.class),
								row.getObject("last_day", LocalDate.class))
							.sentence())
				.list())
			.orElse(List.of());
	}

	/**
	 * Returns the days of a window, if it begins before the first day whose executions
	 * are there.
	 */
	private static Optional<Dropped> dropped(Window window, Ledger ledger) {
		LocalDate first = ledger.calendar().dayOf(window.from());
		LocalDate last = ledger.calendar().dayOf(window.to().minusNanos(1));
		return ledger.rawFrom().filter(first::isBefore).map((kept) -> new Dropped(first, last));
	}

	private record Dropped(LocalDate first, LocalDate last) {
	}

	private record Late(long executions, LocalDate firstDay, LocalDate lastDay) {

		String sentence() {
			String days = this.firstDay.equals(this.lastDay) ? "of " + this.firstDay
					: "from " + this.firstDay + " to " + this.lastDay;
			return (this.executions == 1)
					? "1 execution %s came or changed after its day's executions had been dropped; it is not counted."
						.formatted(days)
					: "%d executions %s came or changed after their days' executions had been dropped; they are not counted."
						.formatted(this.executions, days);
		}

	}

}
