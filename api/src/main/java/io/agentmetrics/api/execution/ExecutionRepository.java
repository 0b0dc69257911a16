package io.agentmetrics.api.execution;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

import io.agentmetrics.api.graphql.TimePosition;
import io.agentmetrics.api.limit.RequestWork;
import io.agentmetrics.model.execution.Execution;
import io.agentmetrics.model.execution.ExecutionStatus;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads the raw executions.
 */
@Component
public class ExecutionRepository {

	/** Longer messages are cut: a hundred agents' pages of them would fill the memory. */
	static final int MAX_MESSAGE = 2_000;

	// index-only in agent_executions_by_agent: how far back the page reaches. Then only
	// the partitions it lies in are
	// read, and of a rare status only the rows that have it.
	static final String EXECUTIONS = """
			select run.*
			from unnest(:agents) as asked (agent_id)
			cross join lateral (
				select least(min(execution_start), :start) as starts
				from (
					select execution_start
					from agent_executions
					where agent_id = asked.agent_id and status = any (:statuses)
						and execution_start >= :from and execution_start < :start
					order by execution_start desc
					limit :limit
				) newest
			) page
			cross join lateral (
				select id, agent_id, status, execution_start, execution_end, execution_time_ms, error_type,
					left(error_message, :maxMessage) as error_message, agent_version, environment, input_tokens,
					output_tokens, cached_input_tokens, cost_usd, external_id
				from agent_executions
				where agent_id = asked.agent_id and status = any (:statuses)
					and execution_start >= :from and execution_start >= page.starts and execution_start <= :start
					and (execution_start, id) < (:start, :id)
				order by execution_start desc, id desc
				limit :limit
			) run
			order by run.agent_id, run.execution_start desc, run.id desc
			""";

	private static final String IN_PROGRESS = """
			select run.*
			from unnest(:agents, :startedBy) as asked (agent_id, started_by)
			cross join lateral (
				select id, agent_id, status, execution_start, execution_end, execution_time_ms, error_type,
					left(error_message, :maxMessage) as error_message, agent_version, environment, input_tokens,
					output_tokens, cached_input_tokens, cost_usd, external_id
				from agent_executions
				where agent_id = asked.agent_id and status in ('PENDING', 'RUNNING')
					and execution_start >= :since and execution_start <= asked.started_by
				order by execution_start, id
				limit :limit
			) run
			order by run.agent_id, run.execution_start, run.id
			""";

	private static final int FETCH_SIZE = 200;

	private static final long EXECUTION_BYTES = 600;

	private static final UUID LOWEST_ID = new UUID(0, 0);

	private final JdbcClient jdbc;

	ExecutionRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Lists executions of many agents with one statement.
	 * @param agents the agents, known or not
	 * @return the executions of each agent that has any, the newest first
	 */
	@Transactional(readOnly = true) // without a transaction the driver would read all
									// rows into memory
	public Map<UUID, List<Execution>> executions(Collection<UUID> agents, ExecutionsQuestion question) {
		// the first page begins before all that starts when the window ends
		OffsetDateTime end = question.between()
			.map((window) -> window.to().atOffset(ZoneOffset.UTC))
			.orElse(OffsetDateTime.MAX);
		return byAgent(this.jdbc.sql(EXECUTIONS)
			.param("agents", new SqlArrayValue("uuid", agents.toArray()))
			.param("statuses", new SqlArrayValue("text", question.statuses().stream().map(Enum::name).toArray()))
			.param("from",
					question.between()
						.map((window) -> window.from().atOffset(ZoneOffset.UTC))
						.orElse(OffsetDateTime.MIN))
			.param("start", question.after().map((after) -> after.start().atOffset(ZoneOffset.UTC)).orElse(end))
			.param("id", question.after().map(TimePosition::id).orElse(LOWEST_ID))
			.param("limit", question.limit()));
	}

	/**
	 * Lists executions of many agents that are still in progress, with one statement.
	 * @param since executions that started before are not listed
	 * @param startedBy for each agent, known or not, when its executions started at the
	 * latest
	 * @param limit how many of each agent at most
	 * @return the executions of each agent that has any, the earliest first
	 */
	@Transactional(readOnly = true) // without a transaction the driver would read all
									// rows into memory
	public Map<UUID, List<Execution>> inProgress(Instant since, Map<UUID, Instant> startedBy, int limit) {
		return byAgent(
				this.jdbc.sql(IN_PROGRESS)
					.param("agents", new SqlArrayValue("uuid", startedBy.keySet().toArray()))
					.param("startedBy", new SqlArrayValue("timestamptz",
							startedBy.values().stream().map((start) -> start.atOffset(ZoneOffset.UTC)).toArray()))
					.param("since", since.atOffset(ZoneOffset.UTC))
					.param("limit", limit));
	}

	private static Map<UUID, List<Execution>> byAgent(JdbcClient.StatementSpec statement) {
		Map<UUID, List<Execution>> executions = new HashMap<>();
		statement.withFetchSize(FETCH_SIZE).param("maxMessage", MAX_MESSAGE).query((row) -> {
			Execution execution = execution(row);
			RequestWork.current().ifPresent((work) -> work.claim(bytes(execution)));
			executions.computeIfAbsent(execution.agentId(), (agent) -> new ArrayList<>()).add(execution);
		});
		return executions;
	}

	private static long bytes(Execution execution) {
		long characters = Stream
			.of(execution.errorType(), execution.errorMessage(), execution.agentVersion(), execution.environment(),
					execution.externalId())
			.flatMap(Optional::stream)
			.mapToLong(String::length)
			.sum();
		return EXECUTION_BYTES + 2 * characters;
	}

	private static Execution execution(ResultSet row) throws SQLException {
		return new Execution(row.getObject("id", UUID.class), row.getObject("agent_id", UUID.class),
				ExecutionStatus.valueOf(row.getString("status")),
				row.getObject("execution_start", OffsetDateTime.class).toInstant(),
				Optional.ofNullable(row.getObject("execution_end", OffsetDateTime.class))
					.filter((end) -> !end.isEqual(OffsetDateTime.MAX))
					.map(OffsetDateTime::toInstant),
				number(row, "execution_time_ms"), text(row, "error_type"), text(row, "error_message"),
				text(row, "agent_version"), text(row, "environment"), number(row, "input_tokens"),
				number(row, "output_tokens"), number(row, "cached_input_tokens"),
				Optional.ofNullable(row.getBigDecimal("cost_usd")), text(row, "external_id"));
	}

	private static Optional<String> text(ResultSet row, String column) throws SQLException {
		return Optional.ofNullable(row.getString(column));
	}

	private static OptionalLong number(ResultSet row, String column) throws SQLException {
		long number = row.getLong(column);
		return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
	}

}
