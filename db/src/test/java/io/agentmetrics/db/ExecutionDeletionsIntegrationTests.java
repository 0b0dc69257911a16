package io.agentmetrics.db;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every deleted execution leaves its agent and quarter hour behind, once.
 */
class ExecutionDeletionsIntegrationTests {

	private static final Instant START = Instant.parse("2026-11-02T10:07:00Z");

	private final TestDatabase database = TestDatabase.create();

	private final TestExecutions executions = new TestExecutions(this.database.dataSource());

	private final UUID agent = this.executions.agent("a");

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	@AfterEach
	void dropDatabase() {
		this.sql.close();
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "agent_executions", "agent_executions_2026w45" })
	void deletionIsLoggedOnceWhicheverTableItNames(String table) {
		this.executions.insert(TestExecution.running(this.agent, START));
		assertThat(this.sql.run("delete from " + table)).isOne();
		assertThat(logged()).containsExactly(this.agent + " 2026-11-02 10:00:00+00");
	}

	@ParameterizedTest
	@ValueSource(strings = { "agent_executions", "agent_executions_default" })
	void deletionFromTheDefaultPartitionIsLoggedOnce(String table) {
		this.executions.insert(TestExecution.running(this.agent, Instant.parse("2036-11-02T10:15:00Z")));
		assertThat(this.sql.run("delete from " + table)).isOne();
		assertThat(logged()).containsExactly(this.agent + " 2036-11-02 10:15:00+00");
	}

	@Test
	void oneStatementLogsEachAgentAndQuarterHourOnceAcrossPartitions() throws SQLException {
		UUID other = this.executions.agent("b");
		this.executions.insertAll(List.of(TestExecution.running(this.agent, START),
				TestExecution.running(this.agent, START.plusSeconds(60)),
				TestExecution.running(this.agent, START.plusSeconds(8 * 60)), TestExecution.running(other, START),
				TestExecution.running(this.agent, Instant.parse("2026-10-02T00:00:00Z")),
				TestExecution.running(this.agent, Instant.parse("2036-10-02T23:59:59.999999Z"))));
		assertThat(this.sql.run("delete from agent_executions")).isEqualTo(6);
		assertThat(logged()).containsExactlyInAnyOrder(this.agent + " 2026-11-02 10:00:00+00",
				this.agent + " 2026-11-02 10:15:00+00", other + " 2026-11-02 10:00:00+00",
				this.agent + " 2026-10-02 00:00:00+00", this.agent + " 2036-10-02 23:45:00+00");
	}

	@Test
	void deletionCarriesItsOwnTransaction() {
		UUID id = this.executions.insert(TestExecution.running(this.agent, START));
		this.sql.run("begin");
		this.sql.run("delete from agent_executions where id = '%s'".formatted(id));
		assertThat(this.sql.value("select changed_in = pg_current_xact_id() from agent_execution_deletions"))
			.isEqualTo("t");
		this.sql.run("rollback");
		assertThat(logged()).isEmpty();
	}

	@Test
	void statementThatDeletesNothingLogsNothing() {
		assertThat(this.sql.run("delete from agent_executions")).isZero();
		assertThat(logged()).isEmpty();
	}

	private List<String> logged() {
		this.sql.run("set timezone = 'UTC'");
		return this.sql.column("select format('%s %s', agent_id, quarter_hour) from agent_execution_deletions");
	}

}
