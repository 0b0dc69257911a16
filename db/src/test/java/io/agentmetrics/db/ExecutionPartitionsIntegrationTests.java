package io.agentmetrics.db;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

/**
 * How weekly partitions come to be while others read and write.
 */
class ExecutionPartitionsIntegrationTests {

	/** A Wednesday far beyond the partitions that a migration makes. */
	private static final Instant LATER = Instant.parse("2036-10-01T12:00:00Z");

	private static final String MAKE_ITS_PARTITION = "call ensure_execution_partitions('2036-10-01', '2036-10-01')";

	private static final String ITS_PARTITION = "agent_executions_2036w40";

	private final TestDatabase database = TestDatabase.create();

	private final TestExecutions executions = new TestExecutions(this.database.dataSource());

	private final UUID agent = this.executions.agent("a");

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	@AfterEach
	void dropDatabase() {
		this.sql.close();
		this.database.close();
	}

	@Test
	void weekBeginsOnMondayAtMidnightUtc() {
		this.sql.run("set timezone = 'Pacific/Auckland'");
		this.sql.run(MAKE_ITS_PARTITION);
		this.sql.run("set timezone = 'UTC'");
		assertThat(this.sql
			.value("select pg_get_expr(relpartbound, oid) from pg_class where relname = '%s'".formatted(ITS_PARTITION)))
			.isEqualTo("FOR VALUES FROM ('2036-09-29 00:00:00+00') TO ('2036-10-06 00:00:00+00')");
	}

	@Test
	void partitionHasTheIndexesRulesAndTriggersOfTheOthers() {
		this.sql.run(MAKE_ITS_PARTITION);
		for (String catalog : List.of(
				"select replace(indexdef, '%1$s', '') from pg_indexes where tablename = '%1$s' "
						+ "and indexname <> 'agent_executions_default_by_start' order by 1",
				"select pg_get_constraintdef(oid) from pg_constraint where conrelid = '%1$s'::regclass order by 1",
				"select replace(pg_get_triggerdef(oid), '%1$s', '') from pg_trigger where tgrelid = '%1$s'::regclass "
						+ "and not tgisinternal order by 1")) {
			assertThat(this.sql.column(catalog.formatted(ITS_PARTITION)))
				.isEqualTo(this.sql.column(catalog.formatted("agent_executions_default")))
				.hasSizeGreaterThan(2);
		}
	}

	@Test
	void executionWaitingInTheDefaultPartitionMovesUnchanged() {
		UUID waiting = this.executions.insert(TestExecution.completed(this.agent, LATER, 5));
		UUID staying = this.executions.insert(TestExecution.completed(this.agent, LATER.plus(Duration.ofDays(7)), 5));
		List<String> before = rows();
		this.sql.run(MAKE_ITS_PARTITION);
		assertThat(rows()).isEqualTo(before).hasSize(2);
		assertThat(partitionOf(waiting)).isEqualTo(ITS_PARTITION);
		assertThat(partitionOf(staying)).isEqualTo("agent_executions_default");
		this.executions.delete(waiting);
		assertThat(this.executions.count()).isOne();
	}

	@Test
	void executionStoredBeforeThereWereBoundsMovesUnchanged() {
		this.executions.beforeThereWereBounds(() -> this.executions.insert(
				new TestExecution(this.agent, ExecutionStatus.COMPLETED, LATER, Long.MAX_VALUE / 1_000, null, null)));
		List<String> before = rows();
		this.sql.run(MAKE_ITS_PARTITION);
		assertThat(rows()).isEqualTo(before).hasSize(1);
		assertThat(this.sql.value("select count(*) from " + ITS_PARTITION)).isEqualTo("1");
		assertThatIllegalStateException()
			.isThrownBy(() -> this.sql.run("update agent_executions set execution_time_ms = 9223372036854775806"))
			.withMessageContaining("agent_executions_time_bounded");
		assertThat(this.sql.run("update agent_executions set execution_time_ms = 5")).isOne();
	}

	@Test
	void openWriteToAnotherPartitionIsNotWaitedFor() {
		try (SqlSession writer = new SqlSession(this.database.dataSource())) {
			writer.run("begin");
			writer.run(insertAt("2026-11-02 10:00:00+00"));
			this.sql.run("set statement_timeout = '10s'");
			this.sql.run(MAKE_ITS_PARTITION);
			assertThat(this.sql.value("select to_regclass('%s')".formatted(ITS_PARTITION))).isEqualTo(ITS_PARTITION);
			writer.run("commit");
		}
		assertThat(this.executions.count()).isOne();
	}

	@Test
	void openWriteToTheDefaultPartitionIsWaitedOutAndNotLost() throws Exception {
		try (SqlSession writer = new SqlSession(this.database.dataSource());
				ExecutorService threads = Executors.newSingleThreadExecutor()) {
			writer.run("begin");
			writer.run(insertAt(LATER.toString()));
			Future<?> making = threads.submit(() -> this.sql.run(MAKE_ITS_PARTITION));
			try (SqlSession others = new SqlSession(this.database.dataSource())) {
				awaitLockRequest(others);
				// behind the request for an exclusive lock, but only until it gives up
				others.run("set statement_timeout = '5s'");
				for (int write = 0; write < 20; write++) {
					others.run(insertAt("2026-11-02 10:00:00+00"));
					others.run(insertAt("2038-11-02 10:00:00+00"));
				}
			}
			assertThat(making.isDone()).isFalse();
			writer.run("commit");
			making.get(20, TimeUnit.SECONDS);
		}
		assertThat(this.executions.count()).isEqualTo(41);
		assertThat(this.sql.value("select count(*) from " + ITS_PARTITION)).isEqualTo("1");
	}

	@Test
	void weekForWhichMoreWaitsThanMovesInAMomentStaysInTheDefaultPartition() {
		this.sql
			.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start)
					select '%1$s', '%1$s', 'RUNNING', timestamptz '%2$s' + n * interval '1 second' from generate_series(0, 20000) n
					"""
				.formatted(this.agent, LATER));
		this.sql.run(MAKE_ITS_PARTITION);
		assertThat(this.sql.value("select to_regclass('%s') is null".formatted(ITS_PARTITION))).isEqualTo("t");
		this.sql.run("delete from agent_executions where execution_start = '%s'".formatted(LATER));
		this.sql.run(MAKE_ITS_PARTITION);
		assertThat(this.sql.value("select count(*) from " + ITS_PARTITION)).isEqualTo("20000");
	}

	@Test
	void writeThatIsCommittedWhileItWaitsForTheLockMovesToo() throws Exception {
		try (SqlSession writer = new SqlSession(this.database.dataSource());
				ExecutorService threads = Executors.newSingleThreadExecutor()) {
			writer.run("begin");
			writer.run(insertAt(LATER.toString()));
			Future<?> making = threads.submit(() -> this.sql.run(MAKE_ITS_PARTITION));
			try (SqlSession others = new SqlSession(this.database.dataSource())) {
				awaitLockRequest(others);
			}
			writer.run("commit");
			making.get(20, TimeUnit.SECONDS);
		}
		assertThat(this.sql.value("select count(*) from " + ITS_PARTITION)).isEqualTo("1");
	}

	@Test
	void writerThatStaysOpenMakesItGiveUpWithALockTimeoutAndTheNextCallSucceeds() {
		try (SqlSession writer = new SqlSession(this.database.dataSource())) {
			writer.run("begin");
			writer.run(insertAt(LATER.toString()));
			assertThatIllegalStateException().isThrownBy(() -> this.sql.run(MAKE_ITS_PARTITION))
				.havingCause()
				.asInstanceOf(throwable(SQLException.class))
				.extracting(SQLException::getSQLState)
				.isEqualTo("55P03");
			writer.run("rollback");
		}
		this.sql.run(MAKE_ITS_PARTITION);
		assertThat(this.sql.value("select to_regclass('%s')".formatted(ITS_PARTITION))).isEqualTo(ITS_PARTITION);
	}

	@Test
	void ofTwoCallsAtOnceBothSucceed() throws Exception {
		try (ExecutorService threads = Executors.newFixedThreadPool(2);
				SqlSession other = new SqlSession(this.database.dataSource())) {
			String call = "call ensure_execution_partitions('2036-01-01', '2036-12-31')";
			Future<?> first = threads.submit(() -> this.sql.run(call));
			Future<?> second = threads.submit(() -> other.run(call));
			first.get(60, TimeUnit.SECONDS);
			second.get(60, TimeUnit.SECONDS);
		}
		assertThat(this.sql
			.value("select count(*) from pg_class where relkind = 'r' and relname like 'agent_executions_2036w%'"))
			.isEqualTo("52");
	}

	@Test
	void statisticsOfOneAgentAreAnIndexOnlyScan() {
		this.sql.run("""
				insert into agents select gen_random_uuid(), 'agent ' || n from generate_series(1, 50) n
				""");
		this.sql.run("""
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				select id, id, 'COMPLETED', timestamptz '2026-11-22 00:00:00+00' - n * interval '10 minutes', n
				from agents, generate_series(1, 1500) n
				order by n desc, id
				""");
		this.sql.run("vacuum analyze agent_executions");
		List<String> plan = this.sql.column("""
				explain (analyze, costs off, timing off, summary off)
				select count(*), count(*) filter (where status = 'COMPLETED'), sum(execution_time_ms),
					percentile_disc(array[0.5, 0.95, 0.99]) within group (order by execution_time_ms)
				from agent_executions
				where agent_id = '%s' and execution_start >= timestamptz '2026-11-22 00:00:00+00' - interval '7 days'
					and execution_start < '2026-11-22 00:00:00+00'
				""".formatted(this.sql.value("select id from agents where name = 'agent 7'")));
		assertThat(plan).filteredOn((line) -> line.contains("Scan"))
			.hasSizeBetween(1, 2)
			.allMatch((line) -> line.contains("Index Only Scan"));
		assertThat(plan).filteredOn((line) -> line.contains("Heap Fetches")).allMatch((line) -> line.endsWith(": 0"));
	}

	@Test
	void failuresOfOneAgentAreFoundByTheirOwnIndex() {
		this.sql.run("""
				insert into agent_executions (agent_id, user_id, status, execution_start, error_message)
				select '%1$s', '%1$s', 'FAILED', timestamptz '2026-11-22 00:00:00+00' - n * interval '5 seconds',
					case when n %% 50 = 0 then 'broken' end
				from generate_series(1, 50000) n
				""".formatted(this.agent));
		this.sql.run("vacuum analyze agent_executions");
		assertThat(this.sql.column("""
				explain (costs off) select error_message, execution_start from agent_executions
				where agent_id = '%s' and error_message is not null and execution_start >= '2026-11-20 00:00:00+00'
					and execution_start < '2026-11-22 00:00:00+00'
				""".formatted(this.agent))).anyMatch((line) -> line.contains("agent_id_execution_start_idx"));
	}

	private String insertAt(String start) {
		return "insert into agent_executions (agent_id, user_id, status, execution_start) "
				+ "values ('%1$s', '%1$s', 'RUNNING', '%2$s')".formatted(this.agent, start);
	}

	private String partitionOf(UUID id) {
		return this.sql.value("select tableoid::regclass from agent_executions where id = '%s'".formatted(id));
	}

	private List<String> rows() {
		return this.sql.column("select e::text from agent_executions e order by execution_start");
	}

	private static void awaitLockRequest(SqlSession session) throws Exception {
		while (session.value("select count(*) from pg_locks where not granted").equals("0")) {
			TimeUnit.MILLISECONDS.sleep(10);
		}
	}

}
