package io.agentmetrics.aggregator;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs that were stopped, killed or cut off from the database leave nothing that the next
 * run does not put right.
 */
class InterruptedRunsIntegrationTests {

	private static final long PATIENCE_SECONDS = 30;

	private static final int DAYS = 200;

	/** What an administrator may have set against forgotten sessions. */
	private static final List<String> TIMEOUTS = List.of("idle_in_transaction_session_timeout", "idle_session_timeout",
			"statement_timeout", "transaction_timeout");

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-11-10T00:05:00Z");

	/**
	 * More units of work than workers, each of nearly a chunk, so that a worker that has
	 * written has not read everything yet.
	 */
	@BeforeEach
	void storeExecutions() {
		this.fixture.storeDays(30, DAYS);
	}

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void stoppedRunEndsAsStoppedAndTheNextOneFinishes() throws Exception {
		try (InProcessAggregator stopped = this.fixture.another(); SqlSession gate = this.fixture.session()) {
			gate.run("begin");
			gate.run("lock table agent_metrics in share mode");
			Future<Boolean> run = this.fixture.start(stopped, AggregatorFixture.upToDate());
			this.fixture.awaitBlocked(2);
			stopped.stop();
			gate.run("commit");
			assertThat(run.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
		}
		assertThat(jobs()).containsExactly("STOPPED");
		assertThat(this.fixture.sql().column("select status from batch_step_execution")).isNotEmpty()
			.allMatch("STOPPED"::equals);
		assertThat(this.fixture.closedDays()).hasSizeLessThan(DAYS);
		assertThat(this.fixture.watermarks()).isEmpty();
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void stopCutsAStatementShort() throws Exception {
		try (InProcessAggregator stopped = this.fixture.another(); SqlSession gate = this.fixture.session()) {
			holdReaders(gate);
			Future<Boolean> run = this.fixture.start(stopped, AggregatorFixture.shard(0, 2));
			this.fixture.awaitBlocked(2);
			stopped.stop();
			assertThat(run.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
		}
		assertThat(jobs()).containsExactly("STOPPED");
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void runThatWasToldToStopReadsNothingAnyMore() throws Exception {
		try (InProcessAggregator stopped = this.fixture.another(); SqlSession gate = this.fixture.session()) {
			holdReaders(gate);
			stopped.stop();
			Future<Boolean> run = this.fixture.start(stopped, AggregatorFixture.shard(0, 2));
			assertThat(run.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
		}
		assertThat(jobs()).containsExactly("STOPPED");
		assertThat(this.fixture.closedDays()).isEmpty();
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void executionLeftByAKilledRunIsRecovered() {
		this.fixture.run();
		this.fixture.sql()
			.run("update batch_job_execution set status = 'STARTED', exit_code = 'UNKNOWN', end_time = null");
		this.fixture.sql()
			.run("update batch_step_execution set status = 'STARTED', exit_code = 'EXECUTING', end_time = null");
		assertThat(this.fixture.run()).isTrue();
		assertThat(jobs()).containsExactly("FAILED", "COMPLETED");
		assertThat(this.fixture.sql().number("select count(*) from batch_step_execution where status = 'STARTED'"))
			.isZero();
		assertThat(this.fixture.sql().number("select count(*) from batch_job_execution where end_time is null"))
			.isZero();
	}

	@Test
	void executionLeftInItsFirstMomentIsRecovered() {
		this.fixture.run();
		this.fixture.sql()
			.run("""
					update batch_job_execution set status = 'STARTING', exit_code = 'UNKNOWN', start_time = null, end_time = null
					""");
		this.fixture.sql().run("delete from batch_step_execution_context");
		this.fixture.sql().run("delete from batch_step_execution");
		assertThat(this.fixture.run()).isTrue();
		assertThat(jobs()).containsExactly("FAILED", "COMPLETED");
	}

	@Test
	void shardRecoversOnlyItsOwnKilledRuns() {
		this.fixture.run(AggregatorFixture.shard(0, 3));
		this.fixture.run(AggregatorFixture.shard(1, 3));
		this.fixture.sql().run("update batch_job_execution set status = 'STARTED', end_time = null");
		this.fixture.run(AggregatorFixture.shard(0, 3));
		assertThat(jobs()).containsExactly("FAILED", "STARTED", "COMPLETED");
		this.fixture.run(AggregatorFixture.shard(1, 3));
		assertThat(jobs()).containsExactly("FAILED", "FAILED", "COMPLETED", "COMPLETED");
	}

	@Test
	void oneProcessRecoversTheKilledRunsOfShards() {
		this.fixture.run(AggregatorFixture.shard(1, 3));
		this.fixture.sql().run("update batch_job_execution set status = 'STARTED', end_time = null");
		assertThat(this.fixture.run()).isTrue();
		assertThat(jobs()).containsExactly("FAILED", "COMPLETED");
	}

	@Test
	void shardRecoversTheKilledRunsOfAnotherNumberOfShards() {
		this.fixture.run(AggregatorFixture.shard(1, 3));
		this.fixture.run();
		this.fixture.sql().run("update batch_job_execution set status = 'STARTED', end_time = null");
		this.fixture.run(AggregatorFixture.shard(1, 2));
		assertThat(jobs()).containsExactly("FAILED", "FAILED", "COMPLETED");
	}

	@Test
	void agentThatIsDeletedMeanwhileHarmsNoOther() throws Exception {
		try (SqlSession gate = this.fixture.session()) {
			gate.run("begin");
			gate.run("lock table agent_metrics in share mode");
			Future<Boolean> run = this.fixture.start(this.fixture.aggregator(), AggregatorFixture.upToDate());
			this.fixture.awaitBlocked(2);
			this.fixture.sql()
				.run("delete from agent_executions where agent_id = (select min(id::text)::uuid from agents)");
			this.fixture.sql().run("delete from agents where id = (select min(id::text)::uuid from agents)");
			gate.run("commit");
			assertThat(run.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void serverNoticesWithinAMinuteThatTheMachineOfARunIsGone() throws SQLException {
		try (Connection connection = this.fixture.aggregator().bean(DataSource.class).getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(
						"""
								select sum(current_setting('tcp_keepalives_idle')::int + current_setting('tcp_keepalives_count')::int
									* current_setting('tcp_keepalives_interval')::int)
								""")) {
			result.next();
			assertThat(result.getInt(1)).isBetween(1, 60);
		}
	}

	@Test
	void serverThatEndsIdleSessionsDoesNotCutARunOff() throws Exception {
		String database = this.fixture.sql().value("select current_database()");
		for (String timeout : TIMEOUTS) {
			this.fixture.sql().run("alter database %s set %s = '300ms'", database, timeout);
		}
		try (SqlSession gate = this.fixture.session()) {
			TIMEOUTS.forEach((timeout) -> gate.run("set " + timeout + " = 0"));
			gate.run("begin");
			gate.run("lock table agent_metrics in share mode");
			Future<Boolean> run = this.fixture.start(this.fixture.aggregator(), AggregatorFixture.upToDate());
			this.fixture.awaitBlocked(2);
			gate.run("select pg_sleep(0.5)");
			gate.run("commit");
			assertThat(run.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
		}
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void runThatIsCutOffWhileItWritesFailsAndTheNextOneIsRight() throws Exception {
		try (SqlSession gate = this.fixture.session()) {
			gate.run("begin");
			gate.run("lock table agent_error_groups in share mode");
			Future<Boolean> run = this.fixture.start(this.fixture.aggregator(), AggregatorFixture.upToDate());
			this.fixture.awaitBlocked(2);
			this.fixture.terminate("agent-metrics-aggregator%");
			gate.run("commit");
			assertThat(succeeded(run)).isFalse();
		}
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(jobs()).last().isEqualTo("COMPLETED");
		assertThat(jobs()).doesNotContain("STARTED", "STARTING");
	}

	@Test
	void runThatIsCutOffWhileItReadsFailsAndTheNextOneIsRight() throws Exception {
		try (SqlSession gate = this.fixture.session()) {
			holdReaders(gate);
			Future<Boolean> run = this.fixture.start(this.fixture.aggregator(), AggregatorFixture.shard(0, 2));
			this.fixture.awaitBlocked(2);
			this.fixture.terminate("agent-metrics-aggregator%");
			assertThat(succeeded(run)).isFalse();
		}
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(jobs()).doesNotContain("STARTED", "STARTING");
	}

	@Test
	void runThatIsCutOffAtItsCompletionFailsAndTheNextOneIsRight() throws Exception {
		try (SqlSession gate = this.fixture.session()) {
			gate.run("begin");
			gate.run("lock table agent_execution_deletions in share mode");
			Future<Boolean> run = this.fixture.start(this.fixture.aggregator(), AggregatorFixture.upToDate());
			this.fixture.awaitBlocked(1);
			this.fixture.executions()
				.insert(TestExecution.completed(this.fixture.executions().agent("late"),
						Instant.parse("2026-11-09T10:00:00Z"), 5));
			this.fixture.terminate("agent-metrics-aggregator%");
			gate.run("commit");
			assertThat(succeeded(run)).isFalse();
		}
		assertThat(this.fixture.watermarks()).isEmpty();
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	/** Makes whoever reads the executions of a shard wait for this session. */
	private static void holdReaders(SqlSession gate) {
		gate.run("""
				create or replace function agent_shard(agent_id uuid, shards int) returns int language plpgsql as $$
				begin
					perform pg_advisory_lock_shared(4711);
					perform pg_advisory_unlock_shared(4711);
					return mod(abs(uuid_hash(agent_id)::bigint), shards::bigint)::int;
				end $$
				""");
		gate.run("select pg_advisory_lock(4711)");
	}

	private List<String> jobs() {
		return this.fixture.sql().column("select status from batch_job_execution order by job_execution_id");
	}

	/** Losing the database may end a run in more than one way. */
	private static boolean succeeded(Future<Boolean> run) throws Exception {
		try {
			return run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			assertThat(ex.getCause()).isInstanceOf(RuntimeException.class);
			return false;
		}
	}

}
