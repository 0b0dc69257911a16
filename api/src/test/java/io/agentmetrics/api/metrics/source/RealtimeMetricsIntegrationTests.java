package io.agentmetrics.api.metrics.source;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.error.ErrorGroup;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

class RealtimeMetricsIntegrationTests {

	private static final Instant NOW = LocalDate.now(ZoneOffset.UTC).atTime(12, 0).toInstant(ZoneOffset.UTC);

	private static final Window WEEK = TimeRange.LAST_7_DAYS.until(NOW);

	private static TestDatabase database;

	private static TestExecutions executions;

	private static DataSource dataSource;

	private static JdbcClient jdbc;

	private static TestMetricsSource source;

	@BeforeAll
	static void createDatabase() {
		database = TestDatabase.create();
		executions = new TestExecutions(database.dataSource());
		dataSource = database.dataSource();
		jdbc = JdbcClient.create(dataSource);
		source = new TestMetricsSource(jdbc);
	}

	@AfterAll
	static void dropDatabase() {
		database.close();
	}

	@Test
	void successAndErrorRateAreOverFinishedExecutions() {
		UUID agent = executions.agent("rates");
		store(agent, ExecutionStatus.COMPLETED, 6);
		store(agent, ExecutionStatus.FAILED, 1);
		store(agent, ExecutionStatus.TIMEOUT, 1);
		store(agent, ExecutionStatus.CANCELLED, 2);
		store(agent, ExecutionStatus.RUNNING, 1);
		store(agent, ExecutionStatus.PENDING, 1);
		ExecutionCounts counts = ask(agent, WEEK).counts();
		assertThat(counts).isEqualTo(new ExecutionCounts(6, 2, 2, 2, 0));
		assertThat(counts.successRate()).isEqualTo(75);
		assertThat(counts.errorRate()).isEqualTo(25);
		assertThat(counts.total()).isEqualTo(12);
	}

	@Test
	void percentilesAreNearestRanks() {
		UUID agent = executions.agent("percentiles");
		for (long ms = 1000; ms >= 100; ms -= 100) {
			executions.insert(TestExecution.completed(agent, NOW.minusSeconds(ms), ms));
		}
		ExecutionTimes times = ask(agent, WEEK).times().orElseThrow();
		assertThat(times.minMs()).hasValue(100);
		assertThat(times.maxMs()).hasValue(1000);
		assertThat(times.p50Ms()).hasValue(500);
		assertThat(times.p95Ms()).hasValue(1000);
		assertThat(times.avgMs()).hasValue(550);
		assertThat(times.count()).isEqualTo(10);
		assertThat(times.exact()).isTrue();
		assertThat(times.p50RankErrorPercent()).isZero();
	}

	@Test
	void windowTakesInItsStartAndLeavesOutItsEnd() {
		UUID agent = executions.agent("edges");
		executions.insert(TestExecution.completed(agent, WEEK.from().minusMillis(1), 1));
		executions.insert(TestExecution.completed(agent, WEEK.from(), 2));
		executions.insert(TestExecution.completed(agent, WEEK.to().minusMillis(1), 4));
		executions.insert(TestExecution.completed(agent, WEEK.to(), 8));
		assertThat(ask(agent, WEEK).times().orElseThrow().sumMs()).isEqualTo(6);
	}

	@Test
	void statementsAfterThoseOfRawExecutionsArePlannedForTheirValues() {
		UUID agent = executions.agent("plans");
		String mode = new TransactionTemplate(new JdbcTransactionManager(dataSource)).execute((transaction) -> {
			ask(agent, TimeRange.LAST_90_DAYS.until(NOW));
			return jdbc.sql("show plan_cache_mode").query(String.class).single();
		});
		assertThat(mode).isEqualTo("force_custom_plan");
	}

	@Test
	void eachTimeRangeHasItsExecutions() {
		UUID agent = executions.agent("ranges");
		for (int day : new int[] { 0, 3, 20, 80, 100 }) {
			executions.insert(TestExecution.completed(agent, NOW.minus(Duration.ofDays(day)).minusSeconds(1), 1));
		}
		assertThat(Arrays.stream(TimeRange.values()).map((range) -> ask(agent, range.until(NOW)).counts().total()))
			.containsExactly(1L, 2L, 3L, 4L);
	}

	@Test
	void agentWithoutExecutionsHasZerosAndNoTimes() {
		UUID known = executions.agent("idle");
		UUID unknown = UUID.randomUUID();
		assertThat(source.realtime(List.of(known, unknown), WEEK).metrics().values()).hasSize(2)
			.allSatisfy((statistics) -> assertThat(statistics).isEqualTo(Metrics.empty()));
		assertThat(source.realtime(List.of(known, unknown), WEEK).errors()).isEmpty();
	}

	@Test
	void executionsWithoutTimeCountWithoutTimes() {
		UUID agent = executions.agent("running");
		executions.insert(TestExecution.running(agent, NOW.minusSeconds(1)));
		Metrics statistics = ask(agent, WEEK);
		assertThat(statistics.counts()).isEqualTo(new ExecutionCounts(0, 0, 0, 1, 0));
		assertThat(statistics.times()).contains(ExecutionTimes.empty());
		assertThat(statistics.trend()).contains(Trend.NO_DATA);
	}

	@Test
	void trendComparesTheHalvesInTimeOrder() {
		UUID improving = executions.agent("improving");
		UUID declining = executions.agent("declining");
		List<TestExecution> all = new ArrayList<>();
		for (int i = 0; i < 21; i++) {
			Instant start = NOW.minusSeconds(1_000 - i);
			all.add((i < 5) ? TestExecution.failed(improving, start, 1, "no")
					: TestExecution.completed(improving, start, 1));
			all.add((i >= 18) ? TestExecution.failed(declining, start, 1, "no")
					: TestExecution.completed(declining, start, 1));
			// neither successful nor failed: does not move the middle
			all.add(TestExecution.running(improving, NOW.minusSeconds(2_000 + i)));
		}
		Collections.shuffle(all, new Random(1));
		executions.insertAll(all);
		assertThat(ask(improving, WEEK).trend()).contains(Trend.IMPROVING);
		assertThat(ask(declining, WEEK).trend()).contains(Trend.DECLINING);
	}

	@Test
	void errorsAreGroupedWithoutTheirVariableParts() {
		UUID agent = executions.agent("errors");
		for (int i = 0; i < 5; i++) {
			executions.insert(TestExecution.failed(agent, NOW.minusSeconds(100 + i), 1,
					"Timeout after 30 s (request " + (8800 + i) + ")"));
		}
		executions.insert(TestExecution.failed(agent, NOW.minusSeconds(50), 1, "Model overloaded"));
		executions.insert(agent, ExecutionStatus.RUNNING, NOW.minusSeconds(40), null, "Model overloaded");
		assertThat(ask(agent, WEEK).counts().errors()).isEqualTo(7);
		List<ErrorGroup> groups = source.realtime(List.of(agent), WEEK).errorsOf(agent).groups();
		assertThat(groups).extracting(ErrorGroup::fingerprint)
			.containsExactly("Timeout after <*> (request <*>)", "Model overloaded");
		assertThat(groups).extracting(ErrorGroup::count).containsExactly(5L, 2L);
		assertThat(groups.getFirst().firstSeen()).isEqualTo(NOW.minusSeconds(104));
		assertThat(groups.getFirst().lastSeen()).isEqualTo(NOW.minusSeconds(100));
	}

	@RepeatedTest(3)
	void everythingEqualsACountByHand(RepetitionInfo repetition) {
		long seed = 4711 + repetition.getCurrentRepetition();
		Random random = new Random(seed);
		UUID agent = executions.agent("random " + seed);
		ExecutionStatus[] statuses = ExecutionStatus.values();
		List<TestExecution> all = IntStream.range(0, 2_000)
			.mapToObj((i) -> new TestExecution(agent, statuses[random.nextInt(statuses.length)],
					NOW.minusMillis(i * 400_000L + random.nextInt(400_000)),
					(random.nextInt(10) == 0) ? null : (long) Math.exp(random.nextGaussian() * 2 + 7), null,
					(random.nextInt(5) == 0) ? "Error " + random.nextInt(3) : null))
			.toList();
		executions.insertAll(all);
		List<TestExecution> inWindow = all.stream()
			.filter((each) -> !each.start().isBefore(WEEK.from()) && each.start().isBefore(WEEK.to()))
			.sorted((one, other) -> one.start().compareTo(other.start()))
			.toList();
		Metrics statistics = ask(agent, WEEK);
		assertThat(statistics.counts()).as("seed %d", seed).isEqualTo(countByHand(inWindow));
		long[] sorted = inWindow.stream()
			.filter((each) -> each.ms() != null)
			.mapToLong(TestExecution::ms)
			.sorted()
			.toArray();
		ExecutionTimes times = statistics.times().orElseThrow();
		assertThat(times.count()).isEqualTo(sorted.length);
		assertThat(times.sumMs()).isEqualTo(Arrays.stream(sorted).sum());
		assertThat(times.p50Ms()).as("seed %d", seed).isEqualTo(nearestRank(sorted, 50));
		assertThat(times.p95Ms()).as("seed %d", seed).isEqualTo(nearestRank(sorted, 95));
		assertThat(times.p99Ms()).as("seed %d", seed).isEqualTo(nearestRank(sorted, 99));
		boolean[] outcomes = new boolean[(int) statistics.counts().finished()];
		int next = 0;
		for (TestExecution execution : inWindow) {
			if (execution.status().isFinished()) {
				outcomes[next++] = execution.status().isSuccessful();
			}
		}
		assertThat(statistics.trend()).as("seed %d", seed).contains(Trend.ofOutcomes(outcomes));
	}

	@Test
	void statisticsAreReadFromIndexesAlone() {
		UUID agent = executions.agent("planned");
		executions.insertAll(IntStream.range(0, 10_000)
			.mapToObj((i) -> TestExecution.completed(agent, NOW.minusSeconds(60L * i), i))
			.toList());
		jdbc.sql("vacuum analyze agent_executions").update();
		List<String> plan = new ArrayList<>();
		jdbc.sql("explain " + RawExecutionRepository.STATISTICS.replace(":agents", "array['" + agent + "'::uuid]")
			.replace(":from", "'" + WEEK.from() + "'")
			.replace(":to", "'" + WEEK.to() + "'")).query((row) -> {
				plan.add(row.getString(1));
			});
		assertThat(plan).filteredOn((line) -> line.contains(" on agent_executions_2"))
			.isNotEmpty()
			.allSatisfy((line) -> assertThat(line).contains("Index Only Scan"));
	}

	private static void store(UUID agent, ExecutionStatus status, int count) {
		for (int i = 0; i < count; i++) {
			executions.insert(agent, status, NOW.minusSeconds(60 + i), null, null);
		}
	}

	private static Metrics ask(UUID agent, Window window) {
		return source.realtime(List.of(agent), window).of(agent);
	}

	private static ExecutionCounts countByHand(List<TestExecution> all) {
		return new ExecutionCounts(all.stream().filter((each) -> each.status().isSuccessful()).count(),
				all.stream().filter((each) -> each.status().isFailed()).count(),
				all.stream().filter((each) -> each.status() == ExecutionStatus.CANCELLED).count(),
				all.stream().filter((each) -> each.status().isInProgress()).count(),
				all.stream().filter((each) -> each.errorMessage() != null).count());
	}

	private static OptionalLong nearestRank(long[] sorted, int percent) {
		return OptionalLong.of(sorted[(int) Math.ceilDiv((long) percent * sorted.length, 100L) - 1]);
	}

}
