package io.agentmetrics.api.aggregated;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.window.Days;
import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.sketch.ErrorGroup;
import io.agentmetrics.model.sketch.ErrorGroups;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads what the aggregator has written.
 */
@Component
class AggregatedRepository implements AggregatedQuery {

	private static final String STATISTICS = """
			select agent_id, metric_date, successful_executions, failed_executions, cancelled_executions,
				in_progress_executions, total_errors, hourly_successful, hourly_failed, latency_sketch
			from agent_metrics
			where agent_id = any (:agents) and metric_date >= :from and metric_date < :to and not provisional
			order by agent_id, metric_date
			""";

	// the example of the day that saw the group first, as if all days were one
	private static final String ERRORS = """
			select agent_id, fingerprint, masking_version, sum(occurrences)::bigint as occurrences,
				min(first_seen) as first_seen, max(last_seen) as last_seen,
				(array_agg(example order by first_seen, example))[1] as example
			from agent_error_groups
			where agent_id = any (:agents) and metric_date >= :from and metric_date < :to
			group by agent_id, fingerprint, masking_version
			""";

	private static final int FETCH_SIZE = 500;

	private final JdbcClient jdbc;

	AggregatedRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	@Transactional(readOnly = true) // without a transaction the driver would read all
									// rows into memory
	public Map<UUID, WindowStatistics> statistics(Collection<UUID> agents, Days days) {
		Map<UUID, DailyRows> rows = new HashMap<>();
		ask(STATISTICS, agents, days).query((row) -> {
			rows.computeIfAbsent(row.getObject("agent_id", UUID.class), DailyRows::new).add(row);
		});
		Map<UUID, WindowStatistics> statistics = HashMap.newHashMap(agents.size());
		agents.forEach((agent) -> statistics.put(agent, WindowStatistics.empty()));
		rows.forEach((agent, daily) -> statistics.put(agent, daily.statistics()));
		return statistics;
	}

	@Override
	@Transactional(readOnly = true)
	public Map<UUID, ErrorGroups> errors(Collection<UUID> agents, Days days) {
		Map<UUID, ErrorGroups.Builder> builders = new HashMap<>();
		ask(ERRORS, agents, days).query((row) -> {
			builders.computeIfAbsent(row.getObject("agent_id", UUID.class), (agent) -> ErrorGroups.builder())
				.add(errorGroup(row));
		});
		Map<UUID, ErrorGroups> errors = HashMap.newHashMap(builders.size());
		builders.forEach((agent, builder) -> errors.put(agent, builder.build()));
		return errors;
	}

	private JdbcClient.StatementSpec ask(String sql, Collection<UUID> agents, Days days) {
		return this.jdbc.sql(sql)
			.withFetchSize(FETCH_SIZE)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("from", days.from())
			.param("to", days.to());
	}

	private static ErrorGroup errorGroup(ResultSet row) throws SQLException {
		return new ErrorGroup(row.getString("fingerprint"), row.getInt("masking_version"), row.getString("example"),
				row.getLong("occurrences"), row.getObject("first_seen", OffsetDateTime.class).toInstant(),
				row.getObject("last_seen", OffsetDateTime.class).toInstant());
	}

}
