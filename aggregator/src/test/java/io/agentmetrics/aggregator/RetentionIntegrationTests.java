package io.agentmetrics.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;

import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Old executions are dropped, their metrics are not.
 */
class RetentionIntegrationTests {

	/** A Monday, with which a week's partition begins. */
	private static final LocalDate FIRST = LocalDate.parse("2026-08-03");

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	private final UUID agent = this.fixture.executions().agent("a");

	@BeforeEach
	void storeExecutions() {
		// in partitions whatever the real date is
		this.fixture.sql().run("call ensure_execution_partitions('2026-08-03', '2026-09-08')");
		RandomExecutions random = new RandomExecutions(47);
		List<TestExecution> executions = new ArrayList<>();
		for (LocalDate day = FIRST; day.isBefore(LocalDate.parse("2026-09-08")); day = day.plusDays(1)) {
			executions.addAll(random.of(this.agent, day, 3));
		}
		this.fixture.executions().insertAll(executions);
	}

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void nothingIsDroppedByDefault() {
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-03");
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void weeksThatAreOldEnoughAreDroppedAndTheirMetricsStay() {
		this.fixture.run();
		Map<String, String> agentDays = this.fixture.agentDays();
		Map<String, String> closedDays = this.fixture.closedDays();
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run()).isTrue();
		// 20 days before are 2026-08-19, a Wednesday: its week stays
		assertThat(firstExecution()).startsWith("2026-08-17");
		assertThat(this.fixture.sql().value("select raw_from from aggregation_state")).isEqualTo("2026-08-17");
		assertThat(this.fixture.agentDays()).isEqualTo(agentDays).containsKey(this.agent + " 2026-08-03");
		assertThat(this.fixture.closedDays()).isEqualTo(closedDays).containsKey("2026-08-03");
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.agentDays()).isEqualTo(agentDays);
	}

	@Test
	void droppedDayCannotBeRebuiltAndTheOthersCan() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run()).isTrue();
		assertThatExceptionOfType(RefusedException.class)
			.isThrownBy(() -> this.fixture.run(AggregatorFixture.rebuild("2026-08-16", "2026-08-20")))
			.withMessage("from=2026-08-16 cannot be rebuilt: retention has dropped the executions before 2026-08-17");
		Map<String, String> before = this.fixture.agentDays();
		assertThat(this.fixture.run(AggregatorFixture.rebuild("2026-08-17", "2026-08-18"))).isTrue();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.containsExactly(this.agent + " 2026-08-17");
		assertThat(this.fixture.run(AggregatorFixture.startOver())).isTrue();
		assertThat(this.fixture.agentDays()).containsKey(this.agent + " 2026-08-03").hasSize(36);
		assertThat(this.fixture.closedDays()).hasSize(36);
	}

	@Test
	void rebuildOfNothingButDroppedDaysIsRefused() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run()).isTrue();
		for (String to : List.of("2026-08-05", "2026-08-17")) {
			assertThatExceptionOfType(RefusedException.class)
				.isThrownBy(() -> this.fixture.run(AggregatorFixture.rebuildTo(to)))
				.withMessage("The days before to=" + to
						+ " cannot be rebuilt: retention has dropped the executions before 2026-08-17");
		}
		Map<String, String> before = this.fixture.agentDays();
		assertThat(this.fixture.run(AggregatorFixture.rebuildTo("2026-08-18"))).isTrue();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.containsExactly(this.agent + " 2026-08-17");
	}

	@Test
	void clockThatIsAYearAheadDropsNoMore() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		this.fixture.clock().set(Instant.parse("2027-09-08T00:05:00Z"));
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
	}

	/** Its weeks begin at another hour than its days. */
	@Test
	void dayThatIsDroppedInPartCannotBeRebuilt() {
		try (AggregatorFixture west = AggregatorFixture.at("2026-09-08T12:05:00Z", "America/Los_Angeles")) {
			west.sql().run("call ensure_execution_partitions('2026-08-03', '2026-09-08')");
			UUID agent = west.executions().agent("a");
			RandomExecutions random = new RandomExecutions(48, west.zone());
			for (LocalDate day = FIRST.plusDays(1); day.isBefore(west.today()); day = day.plusDays(1)) {
				west.executions().insertAll(random.of(agent, day, 20));
			}
			assertThat(west.run()).isTrue();
			Map<String, String> before = west.agentDays();
			west.with("agent-metrics.retention.executions=P20D");
			assertThat(west.run()).isTrue();
			// the partition ends on Sunday at 17:00 of the zone
			assertThat(west.sql().value("select min(execution_start) < '2026-08-17 07:00:00+00' from agent_executions"))
				.isEqualTo("t");
			assertThatExceptionOfType(RefusedException.class)
				.isThrownBy(() -> west.run(AggregatorFixture.rebuild("2026-08-16", "2026-08-20")))
				.withMessageContaining("before 2026-08-17");
			assertThat(west.run()).isTrue();
			assertThat(west.agentDays()).isEqualTo(before);
		}
	}

	@Test
	void oldExecutionsOutsideThePartitionsAreDroppedToo() {
		insertAt(this.agent, "2024-01-01 10:00:00+00");
		this.fixture.run();
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
		assertThat(this.fixture.agentDays()).containsKey(this.agent + " 2024-01-01");
		// what retention itself deletes is nobody's change
		assertThat(this.fixture.sql().number("select count(*) from agent_execution_deletions")).isZero();
		assertThat(lateExecutions()).isEmpty();
	}

	@Test
	void rebuildDropsNothing() {
		this.fixture.run();
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run(AggregatorFixture.rebuild("2026-08-03", "2026-08-05"))).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-03");
	}

	@Test
	void readerInTheWayPutsItOffToTheNextRun() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		try (SqlSession reader = this.fixture.session()) {
			reader.run("begin");
			reader.rows("select count(*) from agent_executions");
			assertThat(this.fixture.run()).isTrue();
			assertThat(firstExecution()).startsWith("2026-08-03");
			reader.run("commit");
		}
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
	}

	@Test
	void shardsDropOnlyWhatAllOfThemHaveAggregated() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run(AggregatorFixture.shard(0, 2))).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-03");
		assertThat(this.fixture.run(AggregatorFixture.shard(1, 2))).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
		assertThat(this.fixture.closedDays()).hasSize(36);
	}

	@Test
	void weekIsKeptUntilEachShardHasSeenItsLateExecutions() {
		for (int shard = 0; shard < 2; shard++) {
			assertThat(this.fixture.run(AggregatorFixture.shard(shard, 2))).isTrue();
		}
		UUID other = agentOfTheOtherShard();
		for (UUID late : List.of(this.agent, other)) {
			insertAt(late, "2026-08-05 10:00:00+00");
		}
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run(AggregatorFixture.shard(0, 2))).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-03");
		assertThat(this.fixture.run(AggregatorFixture.shard(1, 2))).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
		assertThat(totals()).containsEntry(this.agent + " 2026-08-05", "4").containsEntry(other + " 2026-08-05", "1");
	}

	@Test
	void weekIsKeptThatChangesWhileARunReads() throws Exception {
		runThatReadsBefore(() -> {
			insertAt(this.agent, "2026-08-05 10:00:00+00");
			deleteDay12();
		});
		assertThat(firstExecution()).startsWith("2026-08-03");
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
		assertThat(totals()).containsEntry(this.agent + " 2026-08-05", "4")
			.doesNotContainKey(this.agent + " 2026-08-12");
	}

	@Test
	void weekIsKeptWithADeletionThatNobodyHasSeen() throws Exception {
		runThatReadsBefore(this::deleteDay12);
		// the week before has nothing new
		assertThat(firstExecution()).startsWith("2026-08-10");
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
		assertThat(totals()).doesNotContainKey(this.agent + " 2026-08-12");
	}

	@Test
	void weekIsKeptWhileAnotherRunOfItsShardsIsReading() throws Exception {
		for (int shard = 0; shard < 2; shard++) {
			assertThat(this.fixture.run(AggregatorFixture.shard(shard, 2))).isTrue();
		}
		UUID other = agentOfTheOtherShard();
		insertAt(other, "2026-09-01 10:00:00+00");
		this.fixture.with("agent-metrics.retention.executions=P20D");
		try (InProcessAggregator second = this.fixture.another(); SqlSession writer = this.fixture.session()) {
			writer.run("begin");
			writer.run("lock table agent_metrics in share mode");
			Future<Boolean> run = this.fixture.start(second, AggregatorFixture.shard(1 - shardOf(this.agent), 2));
			this.fixture.awaitBlocked(1);
			assertThat(this.fixture.run(AggregatorFixture.shard(shardOf(this.agent), 2))).isTrue();
			assertThat(firstExecution()).startsWith("2026-08-03");
			writer.run("commit");
			assertThat(run.get()).isTrue();
		}
		assertThat(firstExecution()).startsWith("2026-08-17");
	}

	@Test
	void lateExecutionOfADroppedDayIsKeptAndCountedApart() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		this.fixture.run();
		Map<String, String> agentDays = this.fixture.agentDays();
		insertAt(this.agent, "2026-08-03 10:00:00+00");
		insertAt(this.agent, "2026-08-03 11:00:00+00");
		insertAt(this.agent, "2026-08-16 23:59:59.999999+00");
		for (int run = 0; run < 2; run++) {
			assertThat(this.fixture.run()).isTrue();
			assertThat(this.fixture.agentDays()).isEqualTo(agentDays);
			assertThat(lateExecutions()).containsOnly(Map.entry(this.agent + " 2026-08-03", "2"),
					Map.entry(this.agent + " 2026-08-16", "1"));
		}
		this.fixture.clock().advance(Duration.ofDays(14));
		insertAt(this.agent, "2026-09-20 10:00:00+00");
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().value("select raw_from from aggregation_state")).isEqualTo("2026-08-31");
		assertThat(lateExecutions()).hasSize(2);
		assertThat(
				this.fixture.sql().number("select count(*) from agent_executions where execution_start < '2026-08-31'"))
			.isEqualTo(3);
		this.fixture.sql().run("delete from agent_executions where execution_start < '2026-08-10'");
		assertThat(this.fixture.run()).isTrue();
		assertThat(lateExecutions()).containsOnly(Map.entry(this.agent + " 2026-08-16", "1"));
	}

	/** Its day was dropped, the week it lies in was not yet. */
	@Test
	void lateExecutionOutlivesTheDropOfItsWeek() {
		try (AggregatorFixture west = AggregatorFixture.at("2026-09-08T12:05:00Z", "America/Los_Angeles")) {
			west.sql().run("call ensure_execution_partitions('2026-08-03', '2026-09-08')");
			UUID agent = west.executions().agent("a");
			insertAt(west, agent, "2026-08-10 10:00:00+00");
			insertAt(west, agent, "2026-09-07 10:00:00+00");
			west.with("agent-metrics.retention.executions=P20D");
			assertThat(west.run()).isTrue();
			assertThat(west.sql().value("select raw_from from aggregation_state")).isEqualTo("2026-08-17");
			insertAt(west, agent, "2026-08-17 03:00:00+00");
			insertAt(west, agent, "2026-08-17 10:00:00+00");
			west.clock().advance(Duration.ofDays(14));
			insertAt(west, agent, "2026-09-21 10:00:00+00");
			Map<String, String> late = Map.of(agent + " 2026-08-16", "1");
			assertThat(west.run()).isTrue();
			assertThat(lateExecutions(west)).isEqualTo(late);
			String finished = west.sql()
				.value("select finished_in from agent_executions where execution_start = '2026-08-17 03:00:00+00'");
			assertThat(west.run()).isTrue();
			assertThat(west.sql().value("select raw_from from aggregation_state")).isEqualTo("2026-08-31");
			assertThat(lateExecutions(west)).isEqualTo(late);
			// whoever counts finished executions has counted it
			assertThat(
					west.sql().column("select finished_in from agent_executions where execution_start < '2026-08-31'"))
				.containsExactly(finished);
		}
	}

	@Test
	void migrationMakesNoPartitionForWeeksThatWereDropped() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		this.fixture.run();
		insertAt(this.agent, "2026-08-03 10:00:00+00");
		this.fixture.sql().run("call ensure_execution_partitions('2026-08-03', '2026-09-08')");
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql()
			.column("select tableoid::regclass from agent_executions where execution_start < '2026-08-17'"))
			.containsExactly("agent_executions_default");
		assertThat(lateExecutions()).hasSize(1);
	}

	/** As by hand. */
	@Test
	void weekThatWasMadeAnewIsDroppedWhenItIsEmptyAndHoldsUpNothing() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		this.fixture.run();
		insertAt(this.agent, "2026-08-03 10:00:00+00");
		this.fixture.sql()
			.run("select create_execution_partition('2026-08-03'), create_execution_partition('2026-08-10')");
		this.fixture.clock().advance(Duration.ofDays(14));
		insertAt(this.agent, "2026-09-20 10:00:00+00");
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().value("select raw_from from aggregation_state")).isEqualTo("2026-08-31");
		assertThat(this.fixture.sql()
			.value("select to_regclass('agent_executions_2026w32') is not null"
					+ " and to_regclass('agent_executions_2026w33') is null"))
			.isEqualTo("t");
		assertThat(lateExecutions()).containsOnly(Map.entry(this.agent + " 2026-08-03", "1"));
	}

	/** A run with retention whose snapshot is older than the changes. */
	private void runThatReadsBefore(Runnable changes) throws Exception {
		this.fixture.run();
		this.fixture.with("agent-metrics.retention.executions=P20D");
		insertAt(this.agent, "2026-09-01 10:00:00+00");
		try (SqlSession other = this.fixture.session()) {
			other.run("begin");
			other.run("lock table agent_metrics in share mode");
			Future<Boolean> run = this.fixture.start(this.fixture.aggregator(), AggregatorFixture.upToDate());
			this.fixture.awaitBlocked(1);
			changes.run();
			other.run("commit");
			assertThat(run.get()).isTrue();
		}
	}

	private void deleteDay12() {
		this.fixture.sql()
			.run("delete from agent_executions where execution_start >= '2026-08-12' and execution_start < '2026-08-13'");
	}

	private Map<String, String> totals() {
		return this.fixture.sql().map("select agent_id || ' ' || metric_date, total_executions from agent_metrics");
	}

	private Map<String, String> lateExecutions() {
		return lateExecutions(this.fixture);
	}

	private static Map<String, String> lateExecutions(AggregatorFixture fixture) {
		return fixture.sql().map("select agent_id || ' ' || metric_date, executions from late_executions");
	}

	private int shardOf(UUID agent) {
		return (int) this.fixture.sql().number("select agent_shard('%s', 2)", agent);
	}

	private UUID agentOfTheOtherShard() {
		UUID other = this.fixture.executions().agent("b");
		while (shardOf(other) == shardOf(this.agent)) {
			other = this.fixture.executions().agent("b");
		}
		return other;
	}

	private void insertAt(UUID agent, String start) {
		insertAt(this.fixture, agent, start);
	}

	private static void insertAt(AggregatorFixture fixture, UUID agent, String start) {
		fixture.sql()
			.run("insert into agent_executions (agent_id, user_id, status, execution_start) "
					+ "values ('%1$s', '%1$s', 'COMPLETED', '%2$s')", agent, start);
	}

	private String firstExecution() {
		return this.fixture.sql().value("select min(execution_start) at time zone 'UTC' from agent_executions");
	}

}
