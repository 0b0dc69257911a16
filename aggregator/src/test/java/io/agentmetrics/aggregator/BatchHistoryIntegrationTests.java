package io.agentmetrics.aggregator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Batch's tables do not grow for ever.
 */
class BatchHistoryIntegrationTests {

	/** Runs with a step each, the oldest of which has not ended. */
	private static final String RUNS = """
			with instances as (
				insert into batch_job_instance (job_instance_id, version, job_name, job_key)
				select -n, 0, 'aggregate', md5(n::text) from generate_series(1, %1$d) n
			), executions as (
				insert into batch_job_execution (job_execution_id, job_instance_id, version, create_time, end_time)
				select -n, -n, 0, now(), case when n < %1$d then now() end from generate_series(1, %1$d) n
			), parameters as (
				insert into batch_job_execution_params (job_execution_id, parameter_name, parameter_type, parameter_value, identifying)
				select -n, 'fence', 'java.lang.Long', n, 'Y' from generate_series(1, %1$d) n
			), contexts as (
				insert into batch_job_execution_context (job_execution_id, short_context)
				select -n, '{}' from generate_series(1, %1$d) n
			), steps as (
				insert into batch_step_execution (step_execution_id, version, step_name, job_execution_id, create_time)
				select -n, 0, 'complete', -n, now() from generate_series(1, %1$d) n
			)
			insert into batch_step_execution_context (step_execution_id, short_context)
			select -n, '{}' from generate_series(1, %1$d) n
			""";

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void onlyTheLastRunsAreKeptAndWhatHasNotEnded() {
		this.fixture.sql().run("set session_replication_role = replica");
		this.fixture.sql().run(RUNS, 1_200);
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().number("select count(*) from batch_job_execution")).isEqualTo(901);
		assertThat(this.fixture.sql().value("select min(job_execution_id) from batch_job_execution"))
			.isEqualTo("-1200");
		assertThat(this.fixture.sql().number("select max(job_execution_id) from batch_job_execution")).isPositive();
		for (String table : new String[] { "batch_job_execution_params", "batch_job_execution_context",
				"batch_step_execution" }) {
			assertThat(this.fixture.sql()
				.number("""
						select count(*) from %s where job_execution_id not in (select job_execution_id from batch_job_execution)
						""",
						table))
				.as(table)
				.isZero();
		}
		assertThat(this.fixture.sql().number("select count(*) from batch_job_instance")).isEqualTo(901);
		assertThat(this.fixture.sql().number("""
				select count(*) from batch_step_execution_context
				where step_execution_id not in (select step_execution_id from batch_step_execution)
				""")).isZero();
	}

	@Test
	void runDoesNotFailBecauseOldOnesCannotBeDeleted() {
		this.fixture.sql().run("set session_replication_role = replica");
		this.fixture.sql().run(RUNS, 1_000);
		this.fixture.sql()
			.run("create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$");
		this.fixture.sql().run("create trigger refuse before delete on batch_job_instance execute function refuse()");
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().number("select count(*) from batch_job_execution")).isEqualTo(1_001);
	}

}
