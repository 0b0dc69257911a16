package io.agentmetrics.db;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What has changed since a day was closed: the one rule that all statements ask.
 */
class ExecutionChangesIntegrationTests {

	/** It saw 100 to 104 and 106, but not 105, which was under way. */
	private static final String SNAPSHOT = "100:107:105";

	private final TestDatabase database = TestDatabase.create();

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	@AfterEach
	void dropDatabase() {
		this.sql.close();
		this.database.close();
	}

	@ParameterizedTest
	@CsvSource({ "99, false", "104, false", "105, true", "106, false", "107, true" })
	void changeThatTheRunOfItsDayDidNotSeeIsOne(String transaction, boolean changed) {
		assertThat(changedSinceClosed(transaction)).isEqualTo(changed);
	}

	@ParameterizedTest
	@CsvSource({ "105, false", "107, false", "119, false", "120, true" })
	void completeRunHasSeenTheChangesBefore(String transaction, boolean changed) {
		watermark(1, 0, "120:120:");
		assertThat(changedSinceClosed(transaction)).isEqualTo(changed);
	}

	@Test
	void runOfSomeShardsIsNotComplete() {
		watermark(2, 0, "120:120:");
		assertThat(changedSinceClosed("110")).as("the other shard has never run").isTrue();
		this.sql.run("insert into aggregation_shards (shards, shard, fence) values (2, 1, 1)");
		assertThat(changedSinceClosed("110")).as("the other shard has never ended").isTrue();
		this.sql.run("update aggregation_shards set watermark = '108:108:' where shard = 1");
		assertThat(changedSinceClosed("110")).as("the other shard has not seen it").isTrue();
		assertThat(changedSinceClosed("107")).as("both have seen it").isFalse();
	}

	@Test
	void nothingBeforeTheHorizonHasChanged() {
		assertThat(horizon()).isEqualTo("0");
		this.sql
			.run("""
					insert into aggregated_days (metric_date, snapshot, starts_at, ends_at, agents, total_executions,
						successful_executions, failed_executions, cancelled_executions, in_progress_executions, total_errors,
						timed_executions, sum_execution_time_ms, hourly_total, hourly_successful, hourly_failed, latency_sketch)
					values ('2026-11-02', '100:107:105', '2026-11-02 00:00Z', '2026-11-03 00:00Z', 0, 0, 0, 0, 0, 0, 0, 0, 0,
						'{}', '{}', '{}', '')
					""");
		assertThat(horizon()).isEqualTo("100");
		watermark(2, 0, "120:120:");
		assertThat(horizon()).as("of one shard").isEqualTo("100");
		watermark(2, 1, "110:130:");
		assertThat(horizon()).as("of both").isEqualTo("110");
	}

	@Test
	void executionsAndDeletionsAreChanges() {
		TestExecutions executions = new TestExecutions(this.database.dataSource());
		UUID agent = executions.agent("a");
		UUID deleted = executions.insert(TestExecution.running(agent, Instant.parse("2026-11-02T10:07:00Z")));
		executions.insert(TestExecution.running(agent, Instant.parse("2026-11-02T11:08:00Z")));
		executions.delete(deleted);
		assertThat(this.sql
			.column("select happened from execution_changes where changed_in < pg_current_xact_id() order by 1"))
			.isEqualTo(List.of("2026-11-02 10:00:00+00", "2026-11-02 11:08:00+00"));
	}

	private boolean changedSinceClosed(String transaction) {
		return "t".equals(this.sql
			.value("select changed_since_closed('" + transaction + "'::xid8, '" + SNAPSHOT + "'::pg_snapshot)"));
	}

	private String horizon() {
		return this.sql.value("select unseen_horizon()");
	}

	private void watermark(int shards, int shard, String snapshot) {
		this.sql.run("insert into aggregation_shards (shards, shard, fence, watermark) values (%d, %d, 1, '%s')"
			.formatted(shards, shard, snapshot));
	}

}
