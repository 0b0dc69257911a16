package io.agentmetrics.db;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

import javax.sql.DataSource;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;

/**
 * Stores agents and executions as an agent platform would, each call in a transaction of
 * its own.
 */
public final class TestExecutions {

	private static final UUID USER = new UUID(0, 7);

	private static final String INSERT = """
			insert into agent_executions (id, agent_id, user_id, status, execution_start, execution_end,
				execution_time_ms, error_type, error_message%s)
			select *
			from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::bigint[],
				?::text[], ?::text[]%s)
			""";

	/** Older schemas do not have them. */
	private static final String REPORTS = ", agent_version, environment, input_tokens, output_tokens, cached_input_tokens, cost_usd";

	private static final String REPORT_TYPES = ", ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::numeric[]";

	private static final String UPDATE = """
			update agent_executions
			set status = ?, execution_end = ?, execution_time_ms = ?, error_type = ?, error_message = ?
			where id = ? and execution_start = ?
			""";

	private static final String BOUNDS = """
			select conname as name, pg_get_constraintdef(oid) as rule
			from pg_constraint
			where conrelid = 'agent_executions'::regclass and contype = 'c' and not convalidated
			""";

	private final DataSource dataSource;

	public TestExecutions(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * Stores an agent.
	 * @param name its name
	 * @return its new id
	 */
	public UUID agent(String name) {
		UUID id = UUID.randomUUID();
		execute("insert into agents (id, name) values (?, ?)", (statement) -> {
			statement.setObject(1, id);
			statement.setString(2, name);
		});
		return id;
	}

	/**
	 * Stores an execution.
	 * @param agentId an agent that exists
	 * @param status what became of it
	 * @param start when it started
	 * @param ms how long it took in milliseconds
	 * @param errorMessage the text of its error
	 * @return its new id
	 */
	public UUID insert(UUID agentId, ExecutionStatus status, Instant start, @Nullable Long ms,
			@Nullable String errorMessage) {
		return insert(new TestExecution(agentId, status, start, ms, (errorMessage != null) ? "TestError" : null,
				errorMessage));
	}

	public UUID insert(TestExecution execution) {
		return insertAll(List.of(execution)).getFirst();
	}

	/**
	 * Stores many executions with one statement, which takes a fifth of the time of one
	 * each.
	 * @return their new ids in the same order
	 */
	public List<UUID> insertAll(Collection<TestExecution> executions) {
		List<UUID> ids = executions.stream().map((execution) -> UUID.randomUUID()).toList();
		boolean reported = executions.stream()
			.anyMatch((execution) -> !execution.report().equals(TestExecution.Report.NONE));
		String insert = INSERT.formatted(reported ? REPORTS : "", reported ? REPORT_TYPES : "");
		try (Connection connection = this.dataSource.getConnection();
				Statement settings = connection.createStatement();
				PreparedStatement statement = connection.prepareStatement(insert)) {
			// NULL in an array is null, whatever the server's setting
			settings.execute("set array_nulls = on");
			statement.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
			statement.setArray(2, array(connection, "uuid", executions, TestExecution::agentId));
			statement.setArray(3, array(connection, "uuid", executions, (execution) -> USER));
			statement.setArray(4, array(connection, "text", executions, TestExecution::status));
			statement.setArray(5, array(connection, "timestamptz", executions, (execution) -> text(execution.start())));
			statement.setArray(6, array(connection, "timestamptz", executions, (execution) -> text(execution.end())));
			statement.setArray(7, array(connection, "bigint", executions, TestExecution::ms));
			statement.setArray(8, array(connection, "text", executions, TestExecution::errorType));
			statement.setArray(9, array(connection, "text", executions, TestExecution::errorMessage));
			if (reported) {
				bindReports(connection, statement, executions);
			}
			statement.executeUpdate();
			return ids;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void bindReports(Connection connection, PreparedStatement statement,
			Collection<TestExecution> executions) throws SQLException {
		statement.setArray(10, array(connection, "text", executions, (execution) -> execution.report().version()));
		statement.setArray(11, array(connection, "text", executions, (execution) -> execution.report().environment()));
		statement.setArray(12,
				array(connection, "bigint", executions, (execution) -> execution.report().inputTokens()));
		statement.setArray(13,
				array(connection, "bigint", executions, (execution) -> execution.report().outputTokens()));
		statement.setArray(14,
				array(connection, "bigint", executions, (execution) -> execution.report().cachedInputTokens()));
		statement.setArray(15, array(connection, "numeric", executions, (execution) -> execution.report().costUsd()));
	}

	private static Array array(Connection connection, String type, Collection<TestExecution> executions,
			Function<TestExecution, @Nullable Object> column) throws SQLException {
		return connection.createArrayOf(type, executions.stream().map(column).toArray());
	}

	/**
	 * Stores what an execution became, as the platform's UPDATE does.
	 * @param id the stored execution
	 * @param now its agent and start as they were, the rest as it is now
	 */
	public void update(UUID id, TestExecution now) {
		execute(UPDATE, (statement) -> {
			statement.setString(1, now.status().name());
			statement.setObject(2, time(now.end()), Types.TIMESTAMP_WITH_TIMEZONE);
			statement.setObject(3, now.ms(), Types.BIGINT);
			statement.setString(4, now.errorType());
			statement.setString(5, now.errorMessage());
			statement.setObject(6, id);
			statement.setObject(7, time(now.start()));
		});
	}

	public void delete(UUID id) {
		execute("delete from agent_executions where id = ?", (statement) -> statement.setObject(1, id));
	}

	/**
	 * Stores executions that lie outside the bounds of the schema, as a database has them
	 * that is older than the bounds.
	 * @param writes stores them
	 */
	public void beforeThereWereBounds(Runnable writes) {
		List<String> rules = new ArrayList<>();
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			try (ResultSet bounds = statement.executeQuery(BOUNDS)) {
				while (bounds.next()) {
					rules.add(bounds.getString("name") + " " + bounds.getString("rule"));
				}
			}
			for (String rule : rules) {
				statement
					.execute("alter table agent_executions drop constraint " + rule.substring(0, rule.indexOf(' ')));
			}
			writes.run();
			for (String rule : rules) {
				statement.execute("alter table agent_executions add constraint " + rule);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns how many executions are stored.
	 * @return the number of rows
	 */
	public long count() {
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement("select count(*) from agent_executions");
				ResultSet result = statement.executeQuery()) {
			result.next();
			return result.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** PostgreSQL writes years of more than four digits without a sign. */
	private static @Nullable String text(@Nullable Instant instant) {
		return (instant != null) ? instant.toString().replace("+", "") : null;
	}

	private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
		return (instant != null) ? instant.atOffset(ZoneOffset.UTC) : null;
	}

	private void execute(String sql, Binding binding) {
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement(sql)) {
			binding.bind(statement);
			int rows = statement.executeUpdate();
			if (rows != 1) {
				throw new IllegalStateException("%d rows instead of one: %s".formatted(rows, sql));
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private interface Binding {

		void bind(PreparedStatement statement) throws SQLException;

	}

}
