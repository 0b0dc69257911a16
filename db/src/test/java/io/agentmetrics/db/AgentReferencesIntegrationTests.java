package io.agentmetrics.db;

import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Metrics belong to agents that exist, whatever is written and deleted at the same time:
 * what a foreign key would promise.
 */
class AgentReferencesIntegrationTests {

	private static final String METRICS = """
			insert into agent_metrics (agent_id, metric_date, total_executions, successful_executions, failed_executions,
				cancelled_executions, in_progress_executions, total_errors, success_rate, error_rate, timed_executions,
				sum_execution_time_ms, hourly_total, hourly_successful, hourly_failed, latency_sketch)
			values ('%s', '2026-01-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', '{}', '{}', '')
			""";

	private static final String ERRORS = """
			insert into agent_error_groups (agent_id, metric_date, fingerprint, masking_version, example, occurrences,
				first_seen, last_seen)
			values ('%s', '2026-01-01', 'f', 1, 'e', 1, now(), now())
			""";

	private final TestDatabase database = TestDatabase.create();

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	private final SqlSession other = new SqlSession(this.database.dataSource());

	private final UUID agent = new TestExecutions(this.database.dataSource()).agent("agent");

	@AfterEach
	void closeDatabase() {
		this.sql.close();
		this.other.close();
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { METRICS, ERRORS })
	void metricsOfAnUnknownAgentAreRefused(String insert) {
		UUID unknown = UUID.randomUUID();
		assertRefused(this.sql, insert.formatted(unknown), "refers to agent " + unknown + ", which does not exist");
	}

	@ParameterizedTest
	@ValueSource(strings = { METRICS, ERRORS })
	void agentWithMetricsIsNotDeleted(String insert) throws SQLException {
		this.sql.run(insert.formatted(this.agent));
		assertRefused(this.sql, "delete from agents", "agent " + this.agent + " still has metrics");
	}

	@Test
	void agentWithoutMetricsIsDeleted() throws SQLException {
		this.sql.run("delete from agents");
		assertThat(this.sql.value("select count(*) from agents")).isEqualTo("0");
	}

	@ParameterizedTest
	@ValueSource(strings = { METRICS, ERRORS })
	void agentIsNotDeletedWhileItsMetricsAreWritten(String insert) throws Exception {
		this.other.run("begin");
		this.other.run(insert.formatted(this.agent));
		CompletableFuture<Void> deletion = CompletableFuture
			.runAsync(() -> assertRefused(this.sql, "delete from agents", "still has metrics"));
		awaitBlocked();
		this.other.run("commit");
		deletion.get(30, TimeUnit.SECONDS);
	}

	@ParameterizedTest
	@ValueSource(strings = { METRICS, ERRORS })
	void metricsAreNotWrittenWhileTheirAgentIsDeleted(String insert) throws Exception {
		this.other.run("begin");
		this.other.run("delete from agents");
		CompletableFuture<Void> writing = CompletableFuture
			.runAsync(() -> assertRefused(this.sql, insert.formatted(this.agent), "does not exist"));
		awaitBlocked();
		this.other.run("commit");
		writing.get(30, TimeUnit.SECONDS);
	}

	@ParameterizedTest
	@ValueSource(strings = { METRICS, "delete from agents" })
	void snapshotThatMayBeOldIsRefused(String statement) throws SQLException {
		this.sql.run("begin isolation level repeatable read");
		assertRefused(this.sql, statement.formatted(this.agent), "only in READ COMMITTED transactions");
	}

	@Test
	void agentsOfMetricsAndIdsOfAgentsNeverChange() throws SQLException {
		this.sql.run(METRICS.formatted(this.agent));
		this.sql.run(ERRORS.formatted(this.agent));
		for (String table : new String[] { "agent_metrics", "agent_error_groups" }) {
			assertRefused(this.sql, "update " + table + " set agent_id = gen_random_uuid()",
					"the agent of a row of " + table + " never changes");
		}
		assertRefused(this.sql, "update agents set id = gen_random_uuid()", "the id of an agent never changes");
		this.sql.run("update agents set name = 'renamed'");
	}

	private void awaitBlocked() throws SQLException {
		try (SqlSession observer = new SqlSession(this.database.dataSource())) {
			String blocked = "0";
			for (int poll = 0; poll < 500 && blocked.equals("0"); poll++) {
				observer.run("select pg_sleep(0.02)");
				blocked = observer.value("""
						select count(*) from pg_stat_activity
						where datname = current_database() and wait_event_type = 'Lock'
						""");
			}
			assertThat(blocked).isEqualTo("1");
		}
	}

	private static void assertRefused(SqlSession session, String statement, String words) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> session.run(statement))
			.withMessageContaining(words);
	}

}
