package io.agentmetrics.aggregator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpServer;
import io.agentmetrics.aggregator.lease.BusyException;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.sketch.LatencySketch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A run without arguments against what SQL says about the same executions.
 */
class AggregationIntegrationTests {

	private static final LocalDate FIRST = LocalDate.parse("2026-09-01");

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void everyAgentDayEqualsSqlOverTheRawRows() {
		RandomExecutions random = new RandomExecutions(20260901);
		List<TestExecution> executions = new ArrayList<>();
		for (int agent = 0; agent < 12; agent++) {
			UUID agentId = this.fixture.executions().agent("agent " + agent);
			for (int day = 0; day < 7; day++) {
				executions.addAll(random.of(agentId, FIRST.plusDays(day), random.nextInt(40)));
			}
		}
		UUID busy = this.fixture.executions().agent("busy");
		executions.addAll(random.of(busy, FIRST.plusDays(2), 5_000));
		executions.addAll(random.of(busy, FIRST.plusDays(3), 1_130));
		UUID onTheLimit = this.fixture.executions().agent("on the limit");
		IntStream.rangeClosed(1, 1_024)
			.forEach((ms) -> executions.add(TestExecution.completed(onTheLimit, start(4), ms)));
		IntStream.rangeClosed(1, 1_025)
			.forEach((ms) -> executions.add(TestExecution.completed(onTheLimit, start(5), ms)));
		this.fixture.executions().insertAll(executions);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql()
			.column("select timed_executions from agent_metrics where timed_executions > 1024 order by 1")).hasSize(2)
			.first()
			.isEqualTo("1025");
	}

	@Test
	void hundredToThousandHaveTheMedianFiveHundred() {
		UUID agent = this.fixture.executions().agent("a");
		for (long ms = 100; ms <= 1_000; ms += 100) {
			this.fixture.executions().insert(TestExecution.completed(agent, start(0), ms));
		}
		this.fixture.run();
		assertThat(this.fixture.sql().rows("""
				select min_execution_time_ms, max_execution_time_ms, p50_execution_time_ms, p95_execution_time_ms,
					p99_execution_time_ms, avg_execution_time_ms, total_executions, success_rate, error_rate
				from agent_metrics
				""")).containsExactly(List.of("100", "1000", "500", "1000", "1000", "550", "10", "100", "0"));
	}

	@Test
	void ninetyDaysMergedStayWithinTheBoundsOfOneDay() {
		this.fixture.clock().set(Instant.parse("2026-11-30T01:00:00Z"));
		UUID agent = this.fixture.executions().agent("a");
		this.fixture.sql().run("select setseed(0.20260901)");
		this.fixture.sql()
			.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
					select '%s', gen_random_uuid(), 'COMPLETED', timestamptz '2026-09-01 00:00:00+00' + day * interval '1 day'
						+ n * interval '30 seconds', exp(random_normal(8, 1.5))
					from generate_series(0, 89) as day, generate_series(1, case when day %% 9 = 0 then 2000 else 200 end) as n
					""",
					agent);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		LatencySketch merged = this.fixture.oracle().merged("agent_id = '" + agent + "'");
		assertThat(merged.count()).isEqualTo(36_000);
		this.fixture.oracle().assertIsSketchOf(merged, "agent_id = '" + agent + "'");
	}

	@Test
	void dayWithoutExecutionsIsInTheLedger() {
		UUID agent = this.fixture.executions().agent("a");
		this.fixture.executions().insert(TestExecution.completed(agent, start(0), 5));
		this.fixture.executions().insert(TestExecution.completed(agent, start(4), 6));
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().rows("""
				select metric_date, agents, total_executions, cardinality(hourly_total)
				from aggregated_days order by metric_date
				""")).containsExactly(List.of("2026-09-01", "1", "1", "24"), List.of("2026-09-02", "0", "0", "24"),
				List.of("2026-09-03", "0", "0", "24"), List.of("2026-09-04", "0", "0", "24"),
				List.of("2026-09-05", "1", "1", "24"), List.of("2026-09-06", "0", "0", "24"),
				List.of("2026-09-07", "0", "0", "24"));
		this.fixture.oracle().assertEverythingIsRight();
	}

	/** So that a run that is told to stop need not close years before it can. */
	@Test
	void yearsWithoutExecutionsAreClosedInManyTransactions() {
		UUID agent = this.fixture.executions().agent("a");
		this.fixture.executions().insert(TestExecution.completed(agent, Instant.parse("2008-02-03T10:00:00Z"), 5));
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.closedDays()).hasSize(6_792);
		assertThat(this.fixture.sql()
			.number("select max(days) from (select count(*) as days from aggregated_days "
					+ "group by closed_at) transactions"))
			.isLessThan(1_100);
	}

	/**
	 * After a unit of days with an execution or two per agent and hour, executions are
	 * read one by one.
	 */
	@Test
	void thinDaysAreReadOneByOneAndAreTheSame() {
		RandomExecutions random = new RandomExecutions(8);
		List<TestExecution> executions = new ArrayList<>();
		for (int agent = 0; agent < 3; agent++) {
			UUID agentId = this.fixture.executions().agent("agent " + agent);
			for (int day = 0; day < 200; day++) {
				executions.addAll(random.of(agentId, FIRST.minusDays(day), (day < 5) ? 100 : random.nextInt(8)));
			}
		}
		this.fixture.executions().insertAll(executions);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void ledgersSketchIsThatOfAllAgents() {
		RandomExecutions random = new RandomExecutions(3);
		for (int agent = 0; agent < 5; agent++) {
			this.fixture.executions()
				.insertAll(random.of(this.fixture.executions().agent("agent " + agent), FIRST, 700));
		}
		this.fixture.run();
		byte[] stored = this.fixture.sql()
			.bytes("select metric_date, latency_sketch from aggregated_days")
			.get(FIRST.toString());
		LatencySketch sketch = LatencySketch.fromBytes(Objects.requireNonNull(stored));
		assertThat(sketch.count()).isGreaterThan(LatencySketch.EXACT_LIMIT);
		this.fixture.oracle().assertIsSketchOf(sketch, "true");
	}

	@Test
	void executionsOfTodayWaitUntilTheDayIsOver() {
		UUID agent = this.fixture.executions().agent("a");
		this.fixture.executions()
			.insert(TestExecution.completed(agent, Instant.parse("2026-09-07T23:59:59.999999Z"), 5));
		this.fixture.executions().insert(TestExecution.completed(agent, Instant.parse("2026-09-08T00:00:00Z"), 6));
		this.fixture.run();
		assertThat(this.fixture.agentDays()).containsOnlyKeys(agent + " 2026-09-07");
		this.fixture.oracle().assertEverythingIsRight();
		this.fixture.clock().advance(Duration.ofDays(1));
		this.fixture.run();
		assertThat(this.fixture.agentDays()).containsOnlyKeys(agent + " 2026-09-07", agent + " 2026-09-08");
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void missedDaysAreCaughtUp() {
		UUID agent = this.fixture.executions().agent("a");
		this.fixture.executions().insert(TestExecution.completed(agent, start(0), 5));
		this.fixture.run();
		this.fixture.executions().insert(TestExecution.completed(agent, start(20), 6));
		this.fixture.clock().advance(Duration.ofDays(40));
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.closedDays()).hasSize(47).containsKeys("2026-09-21", "2026-10-17");
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void withoutExecutionsNothingIsStored() {
		this.fixture.executions().agent("a");
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.agentDays()).isEmpty();
		assertThat(this.fixture.closedDays()).isEmpty();
	}

	@Test
	void executionsOutsideAllPartitionsAreAggregatedToo() {
		this.fixture.clock().set(Instant.parse("2036-09-08T01:00:00Z"));
		UUID agent = this.fixture.executions().agent("a");
		this.fixture.executions().insertAll(new RandomExecutions(5).of(agent, LocalDate.parse("2036-09-01"), 50));
		assertThat(this.fixture.sql().number("select count(*) from agent_executions_default")).isEqualTo(50);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		this.fixture.executions().insertAll(new RandomExecutions(6).of(agent, LocalDate.parse("2036-09-02"), 50));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void partitionsAreMadeFiveWeeksAhead() {
		this.fixture.clock().set(Instant.parse("2036-09-08T01:00:00Z"));
		UUID agent = this.fixture.executions().agent("a");
		this.fixture.executions().insert(TestExecution.running(agent, Instant.parse("2036-09-07T23:00:00Z")));
		this.fixture.executions().insert(TestExecution.running(agent, Instant.parse("2036-09-08T00:30:00Z")));
		this.fixture.executions().insert(TestExecution.running(agent, Instant.parse("2036-10-13T23:00:00Z")));
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().column("select execution_start from agent_executions_default"))
			.containsExactly("2036-09-07 23:00:00+00");
		assertThat(this.fixture.agentDays()).containsOnlyKeys(agent + " 2036-09-07");
	}

	@Test
	void daysOfNothingButUnfinishedExecutionsAreRight() {
		UUID cancelled = this.fixture.executions().agent("cancelled");
		UUID pending = this.fixture.executions().agent("pending");
		for (int n = 0; n < 3; n++) {
			this.fixture.executions()
				.insert(new TestExecution(cancelled, ExecutionStatus.CANCELLED, start(0), null, null, null));
			this.fixture.executions()
				.insert(new TestExecution(cancelled, ExecutionStatus.CANCELLED, start(1), 7L, "Cancelled", "by user"));
			this.fixture.executions().insert(TestExecution.running(pending, start(1)));
		}
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql()
			.column("select distinct concat_ws(' ', success_rate, error_rate) from agent_metrics"))
			.containsExactly("0 0");
	}

	@ParameterizedTest
	@ValueSource(longs = { 5_000_000, 500_000_000 })
	void dayThatIsReadInManySlicesIsTheSameDay(long believed) {
		RandomExecutions random = new RandomExecutions(believed);
		for (int agent = 0; agent < 3; agent++) {
			UUID agentId = this.fixture.executions().agent("agent " + agent);
			this.fixture.executions().insertAll(random.of(agentId, FIRST, 500));
			this.fixture.executions().insertAll(random.of(agentId, FIRST.plusDays(1), 500));
		}
		// what the planner of slices is told: the partition has this many rows
		this.fixture.sql().run("""
				update pg_class set reltuples = %s, relpages = pg_relation_size(oid) / 8192
				where oid in (select tableoid from agent_executions)
				""", believed);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	/** More messages than come packed, in one hour and in two. */
	@Test
	void agentThatFailsAllTheTimeIsAggregatedLikeTheOthers() {
		UUID failing = this.fixture.executions().agent("failing");
		this.fixture.executions()
			.insertAll(new RandomExecutions(12).of(this.fixture.executions().agent("other"), FIRST, 500));
		this.fixture.sql()
			.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms, error_message)
					select '%s', gen_random_uuid(), case when n %% 2 = 0 then 'FAILED' else 'TIMEOUT' end,
						timestamptz '2026-09-01 00:00:00+00' + day * interval '1 day' + n * interval '250 ms', n,
						'broken ' || chr(65 + n %% 3)
					from generate_series(1, 25000) n, generate_series(0, 1) day
					""",
					failing);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql()
			.rows("select example, occurrences from agent_error_groups where agent_id = '%s' and metric_date = '%s' order by 1",
					failing, FIRST))
			.containsExactly(List.of("broken A", "8333"), List.of("broken B", "8334"), List.of("broken C", "8333"));
	}

	/** As they come packed, and one by one. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 7 })
	void failuresWithoutAMessageAreGroupedByTheirType(int perAgent) {
		this.fixture.sql()
			.run("""
					with agent as (
						insert into agents (name) select 'a' || n from generate_series(1, 20) n returning id
					)
					insert into agent_executions (agent_id, user_id, status, execution_start, error_type, error_message)
					select id, id, case n %% 3 when 0 then 'TIMEOUT' else 'FAILED' end,
						timestamptz '2026-09-01 00:00:00+00' + n * interval '1 s',
						case n %% 3 when 0 then '   ' when 1 then '  ToolError ' else repeat('x', 150) end, case n %% 2 when 0 then ' ' end
					from agent, generate_series(0, %s * 6 - 1) n
					""",
					perAgent);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		String each = String.valueOf(perAgent * 40);
		assertThat(this.fixture.sql()
			.rows("select fingerprint, example, sum(occurrences) from agent_error_groups group by 1, 2 order by 1"))
			.containsExactly(List.of("<type> TIMEOUT", "TIMEOUT", each), List.of("<type> ToolError", "ToolError", each),
					List.of("<type> " + "x".repeat(93), "x".repeat(100), each));
	}

	@Test
	void partitionsThatCannotBeMadeAheadDoNotStopTheRun() {
		this.fixture.executions().insert(TestExecution.completed(this.fixture.executions().agent("a"), start(0), 5));
		this.fixture.sql()
			.run("""
					create or replace procedure ensure_execution_partitions(first_day date, last_day date) language plpgsql as $$
					begin
						raise exception 'canceling statement due to lock timeout' using errcode = 'lock_not_available';
					end $$
					""");
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void ofFourAtOnceOneAggregatesAndTheOthersAreBusy() throws Exception {
		this.fixture.storeDays(20, 100);
		List<InProcessAggregator> aggregators = new ArrayList<>();
		List<Future<Boolean>> runs = new ArrayList<>();
		try {
			for (int i = 0; i < 4; i++) {
				aggregators.add(this.fixture.another());
			}
			aggregators.forEach((aggregator) -> runs.add(this.fixture.start(aggregator, AggregatorFixture.upToDate())));
			int busy = 0;
			for (Future<Boolean> run : runs) {
				try {
					assertThat(run.get()).isTrue();
				}
				catch (ExecutionException ex) {
					assertThat(ex).hasCauseInstanceOf(BusyException.class);
					busy++;
				}
			}
			assertThat(busy).isLessThan(4);
		}
		finally {
			aggregators.forEach(InProcessAggregator::close);
		}
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().column("select distinct revision from agent_metrics")).containsExactly("1");
	}

	@Test
	void springBatchsOwnTablesTellOfTheRun() {
		this.fixture.executions().insert(TestExecution.completed(this.fixture.executions().agent("a"), start(0), 5));
		this.fixture.run();
		this.fixture.run(AggregatorFixture.rebuild("2026-09-01", "2026-09-03"));
		assertThat(this.fixture.sql().rows("""
				select job_name, e.status, e.exit_code, e.end_time is not null
				from batch_job_execution e join batch_job_instance using (job_instance_id) order by job_execution_id
				""")).containsExactly(List.of("aggregate", "COMPLETED", "COMPLETED", "t"),
				List.of("aggregate", "COMPLETED", "COMPLETED", "t"));
		assertThat(this.fixture.sql().rows("""
				select step_name, status, exit_code, rollback_count, end_time is not null from batch_step_execution
				order by step_execution_id
				""")).containsExactly(List.of("aggregateDays:worker1", "COMPLETED", "COMPLETED", "0", "t"),
				List.of("repairDays", "COMPLETED", "COMPLETED", "0", "t"),
				List.of("complete", "COMPLETED", "COMPLETED", "0", "t"),
				List.of("aggregateDays:worker1", "COMPLETED", "COMPLETED", "0", "t"),
				List.of("repairDays", "COMPLETED", "COMPLETED", "0", "t"),
				List.of("complete", "COMPLETED", "COMPLETED", "0", "t"));
		assertThat(this.fixture.sql().rows("""
				select parameter_name, parameter_value from batch_job_execution_params
				where job_execution_id = (select max(job_execution_id) from batch_job_execution)
					and parameter_name <> 'fence' order by 1
				""")).containsExactly(List.of("from", "2026-09-01"), List.of("shard", "0/1"),
				List.of("to", "2026-09-03"));
	}

	@Test
	void springBatchsOwnMetersAreShownBesideTheRuns() throws IOException {
		this.fixture.executions().insert(TestExecution.completed(this.fixture.executions().agent("a"), start(0), 5));
		StringBuffer pushed = new StringBuffer();
		HttpServer gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		gateway.createContext("/", (exchange) -> {
			pushed.append(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			exchange.sendResponseHeaders(200, -1);
			exchange.close();
		});
		gateway.start();
		try {
			this.fixture
				.with("agent-metrics.exposition.pushgateway=http://localhost:" + gateway.getAddress().getPort());
			assertThat(this.fixture.run()).isTrue();
		}
		finally {
			gateway.stop(0);
		}
		assertThat(pushed.toString()).contains("agent_metrics_aggregator_executions_read_total 1.0")
			.containsPattern("spring_batch_job_seconds_count\\{[^}]*spring_batch_job_status=\"COMPLETED\"[^}]*} 1\n")
			.containsPattern("spring_batch_step_seconds_count\\{[^}]*=\"aggregateDays:worker1\"[^}]*} 1\n")
			.containsPattern("spring_batch_item_read_seconds_count\\{[^}]*=\"aggregateDays:worker1\"[^}]*} 2\n")
			.containsPattern("spring_batch_chunk_write_seconds_count\\{[^}]*=\"aggregateDays:worker1\"[^}]*} 1\n")
			.containsPattern("spring_batch_step_seconds_count\\{[^}]*=\"complete\"[^}]*} 1\n");
	}

	@Test
	void sumsThatExceed64BitsAreToldAsSuchAndNobodyWaits() {
		insertLongest(this.fixture.executions().agent("absurd"), 1);
		UUID absurd = this.fixture.executions().agent("absurd too");
		insertLongest(absurd, 1);
		insertLongest(absurd, 1);
		this.fixture.executions().insert(TestExecution.completed(this.fixture.executions().agent("sane"), start(1), 5));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().rows("""
				select sum_execution_time_ms, avg_execution_time_ms is null, max_execution_time_ms, timed_executions
				from agent_metrics where agent_id = '%s'
				""", absurd)).containsExactly(List.of("9223372036854775807", "t", "9223372036854775807", "2"));
		assertThat(this.fixture.closedDays()).hasSize(6);
	}

	/** Two of them are more than 64 bits hold. */
	private void insertLongest(UUID agent, int day) {
		this.fixture.sql().run("alter table agent_executions drop constraint if exists agent_executions_time_bounded");
		this.fixture.sql().run("""
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				values ('%s', gen_random_uuid(), 'COMPLETED', '%s', 9223372036854775807)
				""", agent, start(day));
	}

	private static Instant start(int day) {
		return Instant.parse("2026-09-01T10:00:00Z").plusSeconds(day * 86_400L);
	}

}
