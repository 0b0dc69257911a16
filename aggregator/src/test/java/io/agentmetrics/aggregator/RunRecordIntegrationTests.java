package io.agentmetrics.aggregator;

import java.time.LocalDate;
import java.util.UUID;

import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a run leaves for those who watch.
 */
class RunRecordIntegrationTests {

	private static final String RECORD = """
			select concat_ws(' ', shards, shard, executions, failed, reconciliation_failures, duration_seconds > 0,
				ended_at >= started_at) from aggregation_runs order by shards, shard
			""";

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	private final JdbcClient sql = JdbcClient.create(this.fixture.database().dataSource());

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void eachRunLeavesHowItWent() {
		UUID agent = this.fixture.executions().agent("a");
		this.fixture.executions().insertAll(new RandomExecutions(3).of(agent, LocalDate.parse("2026-09-02"), 30));
		assertThat(this.fixture.run()).isTrue();
		assertThat(record()).isEqualTo("1 0 30 f 0 t t");
		assertThat(this.fixture.run()).isTrue();
		assertThat(record()).isEqualTo("1 0 0 f 0 t t");
	}

	@Test
	void countOfPostgresThatIsNotWhatWasReadIsKeptForGood() {
		UUID agent = this.fixture.executions().agent("a");
		this.fixture.executions()
			.insertAll(new RandomExecutions(3).of(agent, LocalDate.parse("2026-09-02"), 30)
				.stream()
				.map((execution) -> execution.reporting(TestExecution.Report.NONE))
				.toList());
		// a sum() of the schema's own is found before PostgreSQL's, and counts one too
		// many
		this.sql
			.sql("create function public.one_more(state numeric, value bigint) returns numeric language sql as $$ "
					+ "select coalesce(state, 1) + value $$")
			.update();
		this.sql.sql("create aggregate public.sum(bigint) (sfunc = public.one_more, stype = numeric)").update();
		this.sql
			.sql("alter database " + this.sql.sql("select current_database()").query(String.class).single()
					+ " set search_path = public, pg_catalog")
			.update();
		assertThat(this.fixture.run()).isTrue();
		assertThat(record()).isEqualTo("1 0 30 f 1 t t");
		this.sql.sql("drop aggregate public.sum(bigint)").update();
		this.fixture.oracle().assertEverythingIsRight();
	}

	private String record() {
		return this.sql.sql(RECORD).query(String.class).single();
	}

}
