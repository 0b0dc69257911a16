package io.agentmetrics.db;

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
				execution_time_ms, error_type, error_message)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?)
			""";

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
	 * Stores many executions in one transaction.
	 * @param executions the executions
	 * @return their new ids in the same order
	 */
	public List<UUID> insertAll(Collection<TestExecution> executions) {
		List<UUID> ids = executions.stream().map((execution) -> UUID.randomUUID()).toList();
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement(INSERT)) {
			connection.setAutoCommit(false);
			int row = 0;
			for (TestExecution execution : executions) {
				bind(statement, ids.get(row), execution);
				statement.addBatch();
				if (++row % 1_000 == 0) {
					statement.executeBatch();
				}
			}
			statement.executeBatch();
			connection.commit();
			return ids;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
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

	private static void bind(PreparedStatement statement, UUID id, TestExecution execution) throws SQLException {
		statement.setObject(1, id);
		statement.setObject(2, execution.agentId());
		statement.setObject(3, USER);
		statement.setString(4, execution.status().name());
		statement.setObject(5, time(execution.start()));
		statement.setObject(6, time(execution.end()), Types.TIMESTAMP_WITH_TIMEZONE);
		statement.setObject(7, execution.ms(), Types.BIGINT);
		statement.setString(8, execution.errorType());
		statement.setString(9, execution.errorMessage());
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
