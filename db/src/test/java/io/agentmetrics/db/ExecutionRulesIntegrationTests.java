package io.agentmetrics.db;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the schema refuses of an execution and what it notes of each change.
 */
class ExecutionRulesIntegrationTests extends RulesTest {

	private static final String START = "2026-11-02 10:00:00+00";

	@Test
	void executionWithoutAUserIsStored() {
		this.sql.run("""
				with agent as (insert into agents (name) values ('without users') returning id)
				insert into agent_executions (agent_id, status, execution_start) select id, 'RUNNING', now() from agent
				""");
		assertThat(this.sql.column("select user_id from agent_executions where agent_id in "
				+ "(select id from agents where name = 'without users')"))
			.containsExactly("null");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			status                   | 'DONE'                   | agent_executions_status_known
			status                   | 'completed'              | agent_executions_status_known
			status                   | ''                       | agent_executions_status_known
			status                   | null                     | "status"
			execution_start          | '1999-12-31 23:59:59+00' | agent_executions_start_plausible
			execution_start          | 'infinity'               | agent_executions_start_bounded
			execution_start          | '-infinity'              | agent_executions_start_plausible
			execution_start          | null                     | "execution_start"
			execution_start          | '2100-01-01 00:00:00+00' | agent_executions_start_bounded
			execution_start          | '58873-01-01 00:00:00+00' | agent_executions_start_bounded
			execution_end            | '2110-01-01 00:00:00+00' | agent_executions_end_bounded
			execution_end            | 'infinity'               | agent_executions_end_bounded
			execution_time_ms        | -1                       | agent_executions_time_not_negative
			execution_time_ms        | 315576000001             | agent_executions_time_bounded
			execution_time_ms        | 9223372036854775807      | agent_executions_time_bounded
			agent_id                 | gen_random_uuid()        | agent_executions_agent_id_fkey
			agent_id                 | null                     | "agent_id"
			agent_version            | repeat('v', 10240)       | agent_executions_version_bounded
			agent_version            | e' \\t'                   | agent_executions_version_bounded
			environment              | ''                       | agent_executions_environment_bounded
			environment              | repeat('e', 201)         | agent_executions_environment_bounded
			input_tokens             | -1                       | agent_executions_input_tokens_bounded
			input_tokens             | 9223372036854775807      | agent_executions_input_tokens_bounded
			output_tokens            | -1                       | agent_executions_output_tokens_bounded
			cached_input_tokens      | 1000000000001            | agent_executions_cached_input_tokens_bounded
			cost_usd                 | 'NaN'                    | agent_executions_cost_bounded
			cost_usd                 | 'infinity'               | agent_executions_cost_bounded
			cost_usd                 | '-infinity'              | agent_executions_cost_bounded
			cost_usd                 | -0.01                    | agent_executions_cost_bounded
			cost_usd                 | 1000000.01               | agent_executions_cost_bounded
			cost_usd                 | 1e-41                    | agent_executions_cost_bounded
			external_id              | repeat('x', 501)         | agent_executions_external_id_bounded
			""", quoteCharacter = '`')
	void insertThatCannotBeTrueIsRefused(String column, String value, String rule) {
		assertThatIllegalStateException().isThrownBy(() -> insert(column, value)).withMessageContaining(rule);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			status            | 'DONE'                   | agent_executions_status_known
			execution_end     | '2110-01-01 00:00:00+00' | agent_executions_end_bounded
			execution_end     | 'infinity'               | agent_executions_end_bounded
			execution_time_ms | -1                       | agent_executions_time_not_negative
			execution_time_ms | 315576000001             | agent_executions_time_bounded
			agent_version     | repeat('v', 10240)       | agent_executions_version_bounded
			input_tokens      | -1                       | agent_executions_input_tokens_bounded
			cost_usd          | 'NaN'                    | agent_executions_cost_bounded
			agent_id          | gen_random_uuid()        | agent_id and execution_start of an execution never change
			execution_start   | '2026-11-02 10:00:01+00' | agent_id and execution_start of an execution never change
			execution_start   | '2026-01-02 10:00:00+00' | agent_id and execution_start of an execution never change
			execution_start   | '2036-01-02 10:00:00+00' | agent_id and execution_start of an execution never change
			""", quoteCharacter = '`')
	void updateThatCannotBeTrueIsRefused(String column, String value, String rule) {
		insert("status", "'RUNNING'");
		assertThatIllegalStateException()
			.isThrownBy(() -> this.sql.run("update agent_executions set %s = %s".formatted(column, value)))
			.withMessageContaining(rule);
	}

	@ParameterizedTest
	@ValueSource(strings = { "execution_end = execution_start", "execution_time_ms = 0",
			"execution_time_ms = 864000000", "agent_id = agent_id, execution_start = execution_start",
			"execution_time_ms = 315576000000", "execution_end = '2109-12-31 23:59:59.999999+00'",
			"agent_version = repeat('v', 200), environment = repeat('ü', 200), external_id = repeat('x', 500)",
			"input_tokens = 0, output_tokens = 1000000000000, cached_input_tokens = 1", "cost_usd = 0",
			"cost_usd = 1000000", "cost_usd = 1e-40" })
	void updateAtTheEdgeOfTheRulesIsAccepted(String change) {
		insert("status", "'RUNNING'");
		assertThat(this.sql.run("update agent_executions set " + change)).isOne();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			status = 'COMPLETED', execution_end = '2026-11-02 10:00:01.234999+00'                           | 1234
			status = 'CANCELLED', execution_end = execution_start                                           | 0
			status = 'FAILED', execution_end = '2026-11-02 10:00:09+00', execution_time_ms = 5              | 5
			status = 'RUNNING', execution_end = '2026-11-02 10:00:09+00'                                    | null
			status = 'TIMEOUT'                                                                              | null
			status = 'COMPLETED', execution_end = '2026-11-02 09:59:58+00'                                  | null
			status = 'COMPLETED', execution_end = '2026-11-02 09:59:58+00', execution_time_ms = -2000       | null
			status = 'COMPLETED', execution_end = '2026-11-02 09:59:58+00', execution_time_ms = 5           | 5
			status = 'FAILED', execution_end = '-infinity'                                                  | null
			""", quoteCharacter = '`')
	void executionThatEndsWithoutATimeHasTheOneFromItsStartToItsEnd(String end, String ms) {
		insert("status", "'RUNNING'");
		assertThat(this.sql.run("update agent_executions set " + end)).isOne();
		assertThat(this.sql.value("select execution_time_ms from agent_executions")).isEqualTo(ms);
		this.sql.run("create temporary table written (like agent_executions including defaults) on commit drop");
		this.sql.run("insert into written (agent_id, user_id, status, execution_start) "
				+ "select agent_id, user_id, 'RUNNING', execution_start from agent_executions");
		this.sql.run("update written set " + end);
		this.sql.run("delete from agent_executions");
		this.sql.run("insert into agent_executions select * from written");
		assertThat(this.sql.value("select execution_time_ms from agent_executions")).as("in one INSERT").isEqualTo(ms);
	}

	@Test
	void costIsStoredAsItWasSaid() {
		insert("cost_usd", "0.0123456789012345678900");
		assertThat(this.sql.value("select cost_usd from agent_executions")).isEqualTo("0.0123456789012345678900");
	}

	@Test
	void endBeforeTheStartIsNotKnown() {
		insert("status", "'RUNNING'");
		this.sql.run("update agent_executions set status = 'COMPLETED', execution_end = '2026-11-02 09:59:58+00'");
		assertThat(this.sql.value("select format('%s %s', status, execution_end is null) from agent_executions"))
			.isEqualTo("COMPLETED t");
	}

	@Test
	void timeOfAnExecutionTriedAgainIsThatToItsLastEnd() {
		insert("status", "'RUNNING'");
		this.sql.run("update agent_executions set status = 'FAILED', execution_end = '2026-11-02 10:00:01+00'");
		this.sql.run("update agent_executions set status = 'RUNNING'");
		this.sql.run("update agent_executions set status = 'COMPLETED', execution_end = '2026-11-02 10:00:07+00'");
		assertThat(this.sql.value("select execution_time_ms from agent_executions")).isEqualTo("7000");
		this.sql.run("update agent_executions set status = 'RUNNING', execution_end = null");
		assertThat(this.sql.value("select execution_time_ms from agent_executions")).isEqualTo("null");
		this.sql.run("update agent_executions set status = 'COMPLETED', execution_end = '2026-11-02 10:00:09+00', "
				+ "execution_time_ms = 8500");
		this.sql.run("update agent_executions set execution_end = '2026-11-02 10:00:08+00'");
		assertThat(this.sql.value("select execution_time_ms from agent_executions")).as("measured").isEqualTo("8500");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "agent_executions", "agent_executions_default", "agent_executions_2026w45", "agents cascade" })
	void truncatingExecutionsIsRefused(String table) {
		assertThatIllegalStateException().isThrownBy(() -> this.sql.run("truncate " + table))
			.withMessageContaining("executions cannot be truncated");
	}

	@ParameterizedTest
	@ValueSource(strings = { "''", "null" })
	void agentWithoutNameIsRefused(String name) {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.sql.run("insert into agents (name) values (%s)".formatted(name)))
			.withCauseInstanceOf(SQLException.class);
	}

	@Test
	void everyWriteRenewsTheTransactionOfTheLastChange() {
		insert("status", "'RUNNING'");
		assertThat(changedInThisTransaction()).isEqualTo("t");
		this.sql.run("commit and chain");
		assertThat(changedInThisTransaction()).isEqualTo("f");
		this.sql.run("update agent_executions set input_data = '{}'");
		assertThat(changedInThisTransaction()).isEqualTo("t");
		this.sql.run("delete from agent_executions");
		this.sql.run("commit and chain");
	}

	@Test
	void writerCannotSetTheTransactionsItself() {
		insert("changed_in", "'3'");
		insert("finished_in", "'3'");
		this.sql.run("update agent_executions set changed_in = '3', finished_in = '3'");
		assertThat(this.sql
			.column("select changed_in = pg_current_xact_id() and finished_in is null from agent_executions"))
			.containsExactly("t", "t");
	}

	@ParameterizedTest
	@ValueSource(strings = { "COMPLETED", "FAILED", "TIMEOUT", "CANCELLED" })
	void finishedIsNotedAtTheFirstTerminalStatusAndKept(String terminal) {
		insert("status", "'PENDING'");
		assertThat(finishedIn()).isEqualTo("null");
		this.sql.run("update agent_executions set status = 'RUNNING'");
		assertThat(finishedIn()).isEqualTo("null");
		this.sql.run("update agent_executions set status = '%s'".formatted(terminal));
		String finishedIn = finishedIn();
		assertThat(finishedIn).isEqualTo(this.sql.value("select pg_current_xact_id()"));
		this.sql.run("commit and chain");
		this.sql.run("update agent_executions set status = 'RUNNING'");
		this.sql.run("update agent_executions set status = 'FAILED'");
		assertThat(finishedIn()).isEqualTo(finishedIn);
		this.sql.run("delete from agent_executions");
		this.sql.run("commit and chain");
	}

	@Test
	void executionStoredWhenItIsOverIsFinishedAtOnce() {
		insert("status", "'TIMEOUT'");
		assertThat(finishedIn()).isEqualTo(this.sql.value("select pg_current_xact_id()"));
	}

	@Test
	void writersOfTheFirstExecutionDoNotWaitForEachOther() {
		String first = "insert into agent_executions (agent_id, user_id, status, execution_start) "
				+ "values ('%1$s', '%1$s', 'RUNNING', '2025-11-03 10:00:00+00')".formatted(this.agent);
		this.sql.run(first);
		try (SqlSession other = new SqlSession(this.database.dataSource())) {
			other.run("begin");
			other.run("set local lock_timeout = '1s'");
			other.run(first);
			other.run(first);
			assertThat(
					other.value("select count(*) from first_executions where quarter_hour = '2025-11-03 10:00:00+00'"))
				.isEqualTo("1");
			other.run("rollback");
		}
	}

	private void insert(String column, String value) {
		this.sql.run("create temporary table one_execution (like agent_executions including defaults) on commit drop");
		this.sql.run("alter table one_execution alter agent_id drop not null, alter user_id drop not null, "
				+ "alter status drop not null, alter execution_start drop not null");
		this.sql.run("insert into one_execution (agent_id, user_id, status, execution_start) "
				+ "values ('%s', gen_random_uuid(), 'RUNNING', '%s')".formatted(this.agent, START));
		this.sql.run("update one_execution set %s = %s".formatted(column, value));
		this.sql.run("insert into agent_executions select * from one_execution");
		this.sql.run("drop table one_execution");
	}

	private String changedInThisTransaction() {
		return this.sql.value("select changed_in = pg_current_xact_id() from agent_executions");
	}

	private String finishedIn() {
		return this.sql.value("select finished_in from agent_executions");
	}

}
