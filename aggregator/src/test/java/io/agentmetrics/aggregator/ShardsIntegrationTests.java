package io.agentmetrics.aggregator;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;

import io.agentmetrics.aggregator.lease.Lease;
import io.agentmetrics.aggregator.lease.Leases;
import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.FailedAgentDays;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.aggregator.rollup.UnitParts;
import io.agentmetrics.aggregator.sink.DayBatch;
import io.agentmetrics.aggregator.sink.DaySink;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.time.DayCalendar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several aggregators that share the agents among them.
 */
class ShardsIntegrationTests {

	private static final LocalDate FIRST = LocalDate.parse("2026-09-01");

	private static final String LEDGER = """
			select metric_date, agents, total_executions, successful_executions, failed_executions, cancelled_executions,
				in_progress_executions, total_errors, timed_executions, sum_execution_time_ms, min_execution_time_ms,
				max_execution_time_ms, hourly_total, hourly_successful, hourly_failed
			from aggregated_days order by metric_date
			""";

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	private final List<UUID> agents = new ArrayList<>();

	private final RandomExecutions random = new RandomExecutions(33);

	@BeforeEach
	void storeExecutions() {
		// of each of two and of three shards, whatever the identifiers
		while (this.fixture.sql()
			.number("select count(distinct (agent_shard(id, 2), agent_shard(id, 3))) from agents") < 6) {
			this.agents.add(this.fixture.executions().agent("agent " + this.agents.size()));
		}
		storeDays(0, 7);
	}

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	/** The executions begin later then, and so do the days to look at. */
	@Test
	void firstExecutionThatIsDeletedBeforeItsDayIsClosedLeavesNothing() {
		UUID agent = this.agents.getFirst();
		UUID first = this.fixture.executions()
			.insert(TestExecution.completed(agent, Instant.parse("2026-07-22T10:00:00Z"), 1));
		int index = (int) this.fixture.sql().number("select agent_shard('%s', 2)", agent);
		assertThat(this.fixture.run(AggregatorFixture.shard(index, 2))).isTrue();
		this.fixture.executions().delete(first);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void dayIsClosedWhenAllItsShardsAreDone() {
		assertThat(this.fixture.run(AggregatorFixture.shard(1, 3))).isTrue();
		assertThat(this.fixture.run(AggregatorFixture.shard(0, 3))).isTrue();
		assertThat(this.fixture.closedDays()).isEmpty();
		assertThat(this.fixture.run(AggregatorFixture.shard(2, 3))).isTrue();
		assertThat(this.fixture.closedDays()).hasSize(7);
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void shardAggregatesOnlyItsOwnAgents() {
		this.fixture.run(AggregatorFixture.shard(1, 3));
		assertThat(this.fixture.sql().column("select distinct agent_shard(agent_id, 3) from agent_metrics"))
			.containsExactly("1");
	}

	@Test
	void shardsAtOnceGiveTheTotalsOfOneProcess() throws Exception {
		runAtOnce(3);
		this.fixture.oracle().assertEverythingIsRight();
		List<List<String>> sharded = this.fixture.sql().rows(LEDGER);
		this.fixture.run(AggregatorFixture.startOver());
		assertThat(this.fixture.sql().rows(LEDGER)).isEqualTo(sharded).hasSize(7);
	}

	@Test
	void shardThatFailsKeepsItsDayOpenUntilItSucceeds() {
		UUID unlucky = this.agents.getFirst();
		int own = (int) this.fixture.sql().number("select agent_shard('%s', 3)", unlucky);
		this.fixture.sql().run("""
				create function no_room() returns trigger language plpgsql as $$
				begin
					raise exception 'no space left on device' using errcode = 'disk_full';
				end $$
				""");
		this.fixture.sql().run("""
				create trigger no_room before insert on agent_metrics
				for each row when (new.agent_id = '%s' and new.metric_date = '2026-09-03') execute function no_room()
				""", unlucky);
		for (int round = 0; round < 2; round++) {
			for (int shard = 0; shard < 3; shard++) {
				assertThat(this.fixture.run(AggregatorFixture.shard(shard, 3))).isEqualTo(shard != own);
			}
			assertThat(this.fixture.closedDays()).doesNotContainKey("2026-09-03");
		}
		this.fixture.sql().run("drop trigger no_room on agent_metrics");
		runInTurn(3);
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void shardWithNothingNewDoesNothing() {
		runInTurn(3);
		Map<String, String> agentDays = this.fixture.agentDays();
		Map<String, String> closedDays = this.fixture.closedDays();
		runInTurn(3);
		assertThat(this.fixture.agentDays()).isEqualTo(agentDays);
		assertThat(this.fixture.closedDays()).isEqualTo(closedDays);
	}

	@Test
	void changeIsLeftToTheShardOfItsAgent() {
		runInTurn(3);
		UUID changed = this.agents.getFirst();
		int own = (int) this.fixture.sql().number("select agent_shard('%s', 3)", changed);
		this.fixture.executions().insert(TestExecution.completed(changed, Instant.parse("2026-09-02T10:00:00Z"), 1));
		Map<String, String> before = this.fixture.agentDays();
		for (int shard = 0; shard < 3; shard++) {
			if (shard != own) {
				this.fixture.run(AggregatorFixture.shard(shard, 3));
				assertThat(this.fixture.agentDays()).isEqualTo(before);
			}
		}
		this.fixture.run(AggregatorFixture.shard(own, 3));
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.containsExactly(changed + " 2026-09-02");
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void agentDayWhoseLastExecutionIsDeletedDisappearsFromItsShard() {
		runInTurn(3);
		UUID changed = this.agents.getFirst();
		this.fixture.sql()
			.run("delete from agent_executions where agent_id = '%s' and execution_start < '2026-09-03'", changed);
		runInTurn(3);
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().number("select count(*) from agent_execution_deletions")).isZero();
	}

	@Test
	void openTransactionIsAggregatedByItsShardAfterTheCommit() {
		runInTurn(3);
		try (SqlSession writer = this.fixture.session()) {
			writer.run("begin");
			writer.run("delete from agent_executions where execution_start < '2026-09-02 12:00:00+00'");
			runInTurn(3);
			writer.run("commit");
		}
		runInTurn(3);
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void fromOneProcessToShardsNothingIsLost() {
		this.fixture.run();
		changeSomething();
		Map<String, String> before = this.fixture.agentDays();
		runInTurn(3);
		assertOnlyTheChangeIsAggregated(before);
		changeMore();
		runInTurn(3);
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void fromThreeShardsToOneProcessNothingIsLost() {
		runInTurn(3);
		changeSomething();
		Map<String, String> before = this.fixture.agentDays();
		this.fixture.run();
		assertOnlyTheChangeIsAggregated(before);
		assertThat(this.fixture.sql().column("select distinct shards from aggregation_shards")).containsExactly("1");
		changeMore();
		this.fixture.run();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void fromThreeShardsToTwoNothingIsLost() {
		runInTurn(3);
		changeSomething();
		Map<String, String> before = this.fixture.agentDays();
		runInTurn(2);
		assertOnlyTheChangeIsAggregated(before);
		assertThat(this.fixture.sql().column("select distinct shards from aggregation_shards")).containsExactly("2");
		changeMore();
		runInTurn(2);
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void shardsThatNeverCameToAnEndLoseNothing() {
		this.fixture.run(AggregatorFixture.shard(0, 3));
		this.fixture.run(AggregatorFixture.shard(1, 3));
		changeSomething();
		this.fixture.run(AggregatorFixture.shard(0, 2));
		changeMore();
		this.fixture.run();
		this.fixture.oracle().assertEverythingIsRight();
		changeSomething();
		runInTurn(3);
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void shardThatMissedARunLosesNothingWhenOneProcessTakesOver() {
		runInTurn(3);
		changeSomething();
		storeDays(7, 8);
		this.fixture.clock().advance(Duration.ofDays(1));
		this.fixture.run(AggregatorFixture.shard(1, 3));
		this.fixture.run(AggregatorFixture.shard(2, 3));
		assertThat(this.fixture.closedDays()).hasSize(7);
		this.fixture.run();
		assertThat(this.fixture.closedDays()).hasSize(8);
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void rebuildByShardsReplacesTheirAgentsAndKeepsTheDayClosed() {
		runInTurn(3);
		this.fixture.sql().run("update agent_metrics set total_errors = total_errors + 1");
		this.fixture.sql().run("update aggregated_days set total_errors = 0");
		for (int shard = 0; shard < 3; shard++) {
			this.fixture
				.run(AggregatorFixture.request(FIRST, LocalDate.parse("2026-09-08"), null, new Shard(shard, 3)));
			assertThat(this.fixture.closedDays()).hasSize(7);
		}
		this.fixture.oracle().assertEverythingIsRight();
	}

	/**
	 * Two snapshots can have the same limits: the older is the one in which more
	 * transactions were open.
	 */
	@Test
	void closedDayIsAsOldAsTheShardThatSawTheLeast() {
		runInTurn(2);
		for (List<String> snapshots : List.of(List.of("10:20:11,12", "10:20:11"), List.of("10:20:11", "10:20:11,12"),
				List.of("10:20:10,11", "11:20:11"))) {
			this.fixture.sql().run("delete from aggregated_days where metric_date = '2026-09-01'");
			for (int shard = 0; shard < 2; shard++) {
				closeFirstDay(new Shard(shard, 2), snapshots.get(shard));
			}
			assertThat(
					this.fixture.sql().value("select snapshot from aggregated_days where metric_date = '2026-09-01'"))
				.as(snapshots.toString())
				.isIn("10:20:11,12", "10:20:10,11");
		}
	}

	private void closeFirstDay(Shard shard, String snapshot) {
		DaySink sink = new DaySink(this.fixture.database().dataSource(), new DayCalendar(ZoneOffset.UTC),
				new FailedAgentDays("test", (failure) -> {
				}), this.fixture.clock());
		DayBatch.Day day = new DayBatch.Day(
				new DayBatch.Present(FIRST, new AgentSelection.Sharded(shard), List.copyOf(this.agents), false),
				UnitParts.Sum.EMPTY, false);
		try (Lease lease = this.fixture.aggregator().bean(Leases.class).acquire(shard)) {
			sink.write(new DayBatch(List.of(), List.of(), List.of(day)), lease, snapshot);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void runInTurn(int count) {
		for (int shard = 0; shard < count; shard++) {
			assertThat(this.fixture.run(AggregatorFixture.shard(shard, count))).isTrue();
		}
	}

	private void runAtOnce(int count) throws Exception {
		List<InProcessAggregator> aggregators = new ArrayList<>();
		List<Future<Boolean>> runs = new ArrayList<>();
		try {
			for (int shard = 0; shard < count; shard++) {
				aggregators.add(this.fixture.another());
			}
			for (int shard = 0; shard < count; shard++) {
				runs.add(this.fixture.start(aggregators.get(shard), AggregatorFixture.shard(shard, count)));
			}
			for (Future<Boolean> run : runs) {
				assertThat(run.get()).isTrue();
			}
		}
		finally {
			aggregators.forEach(InProcessAggregator::close);
		}
	}

	private void storeDays(int from, int to) {
		List<TestExecution> executions = new ArrayList<>();
		for (UUID agent : this.agents) {
			for (int day = from; day < to; day++) {
				executions.addAll(this.random.of(agent, FIRST.plusDays(day), 5));
			}
		}
		this.fixture.executions().insertAll(executions);
	}

	private void changeSomething() {
		this.fixture.executions()
			.insertAll(this.agents.stream()
				.map((agent) -> TestExecution.completed(agent, Instant.parse("2026-09-02T10:00:00Z"), 1))
				.toList());
	}

	private void changeMore() {
		this.fixture.sql().run("""
				delete from agent_executions
				where execution_start >= '2026-09-04 12:00:00+00' and execution_start < '2026-09-04 18:00:00+00'
				""");
		this.fixture.sql().run("""
				update agent_executions set status = 'CANCELLED'
				where execution_start >= '2026-09-05 12:00:00+00' and execution_start < '2026-09-05 18:00:00+00'
				""");
	}

	private void assertOnlyTheChangeIsAggregated(Map<String, String> before) {
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays())).hasSize(this.agents.size())
			.allMatch((agentDay) -> agentDay.endsWith("2026-09-02"));
		this.fixture.oracle().assertEverythingIsRight();
	}

}
