package io.agentmetrics.api.dashboard;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.api.window.Days;
import io.agentmetrics.model.agent.Agent;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.sketch.CorruptSketchException;
import io.agentmetrics.model.sketch.LatencySketch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads what the dashboard shows of closed days.
 */
@Component
final class DashboardRepository {

	private static final Logger logger = LoggerFactory.getLogger(DashboardRepository.class);

	private static final String AGENTS = "select count(*) from agents";

	private static final String TOP_PERFORMING = """
			with ranked as (
				select agent_id, sum(successful_executions) as successful,
					sum(successful_executions + failed_executions) as finished
				from agent_metrics
				where metric_date >= :from and metric_date < :to and not provisional
				group by agent_id
				having sum(successful_executions + failed_executions) >= :minFinished
			)
			select agents.id, agents.name, agents.created_at
			from ranked
			join agents on agents.id = ranked.agent_id
			order by ranked.successful / ranked.finished desc, ranked.finished desc, agents.name, agents.id
			limit :first
			""";

	private static final String WITH_ISSUES = """
			with ranked as (
				select agent_id, sum(failed_executions) as failed,
					sum(successful_executions + failed_executions) as finished
				from agent_metrics
				where metric_date >= :from and metric_date < :to and not provisional
				group by agent_id
				having sum(successful_executions + failed_executions) >= :minFinished
			)
			select agents.id, agents.name, agents.created_at
			from ranked
			join agents on agents.id = ranked.agent_id
			where 100 * ranked.failed > :errorRatePercent::numeric * ranked.finished
			order by ranked.failed / ranked.finished desc, ranked.finished desc, agents.name, agents.id
			limit :first
			""";

	private static final String DAYS = """
			select metric_date, successful_executions, failed_executions, cancelled_executions,
				in_progress_executions, total_errors, latency_sketch
			from aggregated_days
			where metric_date >= :from and metric_date < :to
			""";

	private final JdbcClient jdbc;

	private final DashboardProperties properties;

	DashboardRepository(JdbcClient jdbc, DashboardProperties properties) {
		this.jdbc = jdbc;
		this.properties = properties;
	}

	long countAgents() {
		return this.jdbc.sql(AGENTS).query(Long.class).single();
	}

	List<Agent> ranking(Ranking ranking, Days closed, int first) {
		JdbcClient.StatementSpec statement = switch (ranking) {
			case TOP_PERFORMING -> this.jdbc.sql(TOP_PERFORMING);
			case WITH_ISSUES ->
				this.jdbc.sql(WITH_ISSUES).param("errorRatePercent", this.properties.issues().errorRatePercent());
		};
		return statement.param("from", closed.from())
			.param("to", closed.to())
			.param("minFinished", this.properties.ranking().minFinished())
			.param("first", first)
			.query((row, number) -> agent(row))
			.list();
	}

	List<TrendDay> days(Days closed) {
		return this.jdbc.sql(DAYS)
			.param("from", closed.from())
			.param("to", closed.to())
			.query((row, number) -> day(row))
			.list();
	}

	private static Agent agent(ResultSet row) throws SQLException {
		return new Agent(row.getObject("id", UUID.class), row.getString("name"),
				row.getObject("created_at", OffsetDateTime.class).toInstant());
	}

	private static TrendDay day(ResultSet row) throws SQLException {
		ExecutionCounts counts = new ExecutionCounts(row.getLong("successful_executions"),
				row.getLong("failed_executions"), row.getLong("cancelled_executions"),
				row.getLong("in_progress_executions"), row.getLong("total_errors"));
		LocalDate date = row.getObject("metric_date", LocalDate.class);
		return new TrendDay(date, true, counts, times(date, row.getBytes("latency_sketch")));
	}

	private static Optional<ExecutionTimes> times(LocalDate date, byte[] sketch) {
		try {
			return Optional.of(ExecutionTimes.of(LatencySketch.fromBytes(sketch)));
		}
		catch (CorruptSketchException ex) {
			logger.atError()
				.addKeyValue("day", date)
				.addKeyValue("cause", ex.getMessage())
				.log("Stored execution times of all agents cannot be read; rebuild the day");
			return Optional.empty();
		}
	}

}
