package io.agentmetrics.api.metrics.source;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.SeriesPoint;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

class HybridMetricsIntegrationTests {

	private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

	/** Not on a full hour, so that every window has edges. */
	private static final Instant NOW = TODAY.atTime(12, 34, 56).toInstant(ZoneOffset.UTC);

	private static final MetricsFields ALL = new MetricsFields(true, true, true, false,
			Set.of(Granularity.DAY, Granularity.WEEK, Granularity.HOUR), true, false, false);

	private final TestDatabase database = TestDatabase.create();

	/** The transactions' own. */
	private final DataSource dataSource = this.database.dataSource();

	private final TestExecutions executions = new TestExecutions(this.database.dataSource());

	private final JdbcClient jdbc = JdbcClient.create(this.dataSource);

	private final TestMetricsSource source = new TestMetricsSource(this.jdbc);

	private final TransactionTemplate snapshot = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));

	private final UUID agent = this.executions.agent("agent");

	private final UUID other = this.executions.agent("other");

	private ZoneId zone = ZoneOffset.UTC;

	private Instant now = NOW;

	HybridMetricsIntegrationTests() {
		this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
	}

	@AfterEach
	void dropDatabase() {
		this.database.close();
	}

	@Test
	void agentsWithoutExecutionsHaveZeros() {
		UUID unknown = UUID.randomUUID();
		TestMetricsSource.Answer answer = ask(week(), List.of(this.agent, unknown),
				MetricsFields.statistics().withErrors());
		assertThat(answer.metrics().keySet()).containsExactlyInAnyOrder(this.agent, unknown);
		assertThat(answer.metrics().values()).containsOnly(Metrics.empty());
		assertThat(answer.errors()).isEmpty();
		assertThat(answer.window()).isEqualTo(week());
	}

	@ParameterizedTest
	@EnumSource(TimeRange.class)
	void neverAggregatedEqualsRealtime(TimeRange range) {
		store(700);
		assertEqualsRealtime(range.until(NOW));
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
			"Africa/Cairo", "Pacific/Chatham" })
	void aggregatedEqualsRealtimeInEveryZone(String zoneId) {
		this.zone = ZoneId.of(zoneId);
		store(700);
		aggregate();
		Arrays.stream(TimeRange.values()).forEach((range) -> assertEqualsRealtime(range.until(NOW)));
	}

	@Test
	void manyExecutionsEqualRealtimeWithinTheBounds() {
		store(20_000);
		aggregate();
		assertEqualsRealtime(TimeRange.LAST_30_DAYS.until(NOW));
	}

	@ParameterizedTest
	@CsvSource({ "P3D, PT0S", "P20D, P4D", "PT5H, PT1H", "PT50H, PT0S", "P12DT11H25M4S, PT12H34M56S" })
	void anyWindowEqualsRealtime(Duration from, Duration to) {
		store(3_000);
		aggregate();
		assertEqualsRealtime(new Window(NOW.minus(from), NOW.minus(to)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT-12H-34M-56S", "PT-12H-34M-55.999S", "PT-12H-34M-56.001S", "PT12H", "PT30H" })
	void atAnyMomentItEqualsRealtime(Duration later) {
		store(1_500);
		aggregate();
		this.now = NOW.plus(later);
		assertEqualsRealtime(TimeRange.LAST_7_DAYS.until(this.now));
	}

	@Test
	void closedDaysComeFromTheirRowsAndNoOthers() {
		store(700);
		aggregate();
		markStoredDays();
		long stored = this.jdbc.sql("""
				select count(*) from agent_metrics where agent_id = :agent and metric_date > :from and metric_date < :to
				""")
			.param("agent", this.agent)
			.param("from", TODAY.minusDays(7))
			.param("to", TODAY)
			.query(Long.class)
			.single();
		assertThat(stored).isEqualTo(6);
		assertThat(statistics(week()).counts().cancelled() / 1_000).isEqualTo(stored);
	}

	@Test
	void executionThatCameLaterIsCountedForItsAgentAlone() {
		store(700);
		aggregate();
		for (int days : new int[] { 0, 1, 3, 6, 7, 20 }) {
			this.executions.insert(
					TestExecution.failed(this.agent, NOW.minus(Duration.ofDays(days)).plusSeconds(4_000), 9, "Late"));
		}
		this.now = NOW.plusSeconds(5_000);
		assertEqualsRealtime(TimeRange.LAST_30_DAYS.until(this.now));
		markStoredDays();
		TestMetricsSource.Answer answer = ask(TimeRange.LAST_30_DAYS.until(this.now), List.of(this.agent, this.other),
				MetricsFields.statistics());
		assertThat(stored(answer, this.agent)).isEqualTo(29 - 5);
		assertThat(stored(answer, this.other)).isEqualTo(29);
	}

	@Test
	void executionThatEndedLaterIsCountedAsWhatItBecame() {
		Instant start = NOW.minus(Duration.ofDays(3));
		UUID running = this.executions.insert(TestExecution.running(this.agent, start));
		store(700);
		aggregate();
		this.executions.update(running, TestExecution.completed(this.agent, start, 259_000_000));
		assertEqualsRealtime(week());
	}

	@Test
	void deletedExecutionIsNotCounted() {
		List<UUID> ids = store(700);
		aggregate();
		ids.subList(0, 50).forEach(this.executions::delete);
		assertEqualsRealtime(week());
		this.jdbc.sql("delete from agent_executions where agent_id = :agent").param("agent", this.agent).update();
		assertThat(statistics(week())).isEqualTo(Metrics.empty());
	}

	@Test
	void changesThatTheAggregatorHasSeenComeFromTheRowsAgain() {
		store(700);
		aggregate();
		store(300);
		aggregate();
		assertEqualsRealtime(week());
		markStoredDays();
		assertThat(statistics(week()).counts().cancelled() / 1_000).isEqualTo(6);
	}

	@Test
	void changeThatOnlyTheWatermarkHasSeenComesFromTheRow() {
		store(700);
		aggregate();
		String seen = this.jdbc.sql("select min(snapshot::text) from aggregated_days").query(String.class).single();
		store(300);
		aggregate();
		// as the aggregator leaves it: changed agents' days are replaced, the day's
		// snapshot stays
		this.jdbc.sql("update aggregated_days set snapshot = :old::pg_snapshot").param("old", seen).update();
		markStoredDays();
		assertThat(statistics(week()).counts().cancelled() / 1_000).isEqualTo(6);
	}

	@Test
	void changeThatOneOfSeveralShardsHasNotSeenIsCounted() {
		store(700);
		aggregate();
		this.jdbc.sql("update aggregation_shards set shards = 2").update();
		this.jdbc
			.sql("insert into aggregation_shards (shards, shard, fence, watermark) "
					+ "select 2, 1, 2, watermark from aggregation_shards")
			.update();
		this.executions.insert(TestExecution.completed(this.agent, NOW.minus(Duration.ofDays(2)), 1));
		this.jdbc.sql("update aggregation_shards set watermark = pg_current_snapshot() where shard = 0").update();
		assertEqualsRealtime(week());
	}

	@Test
	void transactionThatWasOpenWhileTheAggregatorReadIsCounted() throws Exception {
		store(700);
		try (Connection open = this.database.dataSource().getConnection();
				Statement statement = open.createStatement()) {
			open.setAutoCommit(false);
			statement.execute("""
					insert into agent_executions (agent_id, user_id, status, execution_start)
					values ('%s', gen_random_uuid(), 'COMPLETED', '%s')
					""".formatted(this.agent, NOW.minus(Duration.ofDays(4))));
			aggregate();
			assertEqualsRealtime(week());
			open.commit();
		}
		assertEqualsRealtime(week());
	}

	@Test
	void daysThatAreNotClosedAreCounted() {
		store(700);
		aggregate();
		this.jdbc.sql("delete from aggregated_days where metric_date in (:days)")
			.param("days", List.of(TODAY.minusDays(1), TODAY.minusDays(4)))
			.update();
		this.jdbc.sql("update agent_metrics set provisional = true, total_executions = 7, successful_executions = 7, "
				+ "failed_executions = 0, cancelled_executions = 0, in_progress_executions = 0 where metric_date = :day")
			.param("day", TODAY.minusDays(1))
			.update();
		assertEqualsRealtime(week());
	}

	@Test
	void databaseRestoredElsewhereIsCountedFromItsExecutions() {
		store(700);
		aggregate();
		this.jdbc.sql("update aggregation_state set system_identifier = system_identifier + 1").update();
		markStoredDays();
		assertEqualsRealtime(week());
	}

	@Test
	void closedDaysStandInForDroppedExecutions() {
		store(3_000);
		aggregate();
		Window window = TimeRange.LAST_30_DAYS.until(NOW);
		Window withoutFirstDay = window.since(TODAY.minusDays(29).atStartOfDay().toInstant(ZoneOffset.UTC));
		Metrics before = statistics(withoutFirstDay);
		drop(TODAY.minusDays(10));
		TestMetricsSource.Answer answer = ask(window, List.of(this.agent), MetricsFields.statistics());
		assertThat(answer.window()).isEqualTo(withoutFirstDay);
		assertThat(answer.of(this.agent).counts()).isEqualTo(before.counts());
	}

	@Test
	void windowStartsAfterTheLastGapThatNothingIsKnownOf() {
		store(700);
		aggregate();
		drop(TODAY.minusDays(10));
		this.jdbc.sql("delete from aggregated_days where metric_date = :day")
			.param("day", TODAY.minusDays(15))
			.update();
		assertThat(ask(TimeRange.LAST_30_DAYS.until(NOW), List.of(this.agent), MetricsFields.statistics()).window())
			.isEqualTo(TimeRange.LAST_30_DAYS.until(NOW).since(start(TODAY.minusDays(14))));
	}

	@Test
	void windowBeforeAllExecutionsThatAreLeftIsAnsweredFromItsWholeDays() {
		store(3_000);
		aggregate();
		Window window = new Window(start(TODAY.minusDays(20)).plusSeconds(60),
				start(TODAY.minusDays(15)).plusSeconds(60));
		Window whole = new Window(start(TODAY.minusDays(19)), start(TODAY.minusDays(15)));
		Metrics before = statistics(whole);
		drop(TODAY.minusDays(10));
		TestMetricsSource.Answer answer = ask(window, List.of(this.agent), MetricsFields.statistics());
		assertThat(answer.window()).isEqualTo(whole);
		assertThat(answer.of(this.agent)).isEqualTo(before);
	}

	@Test
	void writersAndAggregatorAtWorkNeverShowANumberThatWasNot() throws Exception {
		store(2_000);
		aggregate();
		AtomicBoolean done = new AtomicBoolean();
		try (ExecutorService others = Executors.newFixedThreadPool(2)) {
			Future<?> writer = others.submit(() -> write(done, 5));
			Future<?> aggregator = others.submit(() -> {
				while (!done.get()) {
					aggregate();
				}
			});
			try {
				for (int i = 0; i < 60; i++) {
					assertEqualsRealtime((i % 2 == 0) ? week() : TimeRange.LAST_1_DAY.until(NOW));
				}
			}
			finally {
				done.set(true);
			}
			writer.get();
			aggregator.get();
		}
	}

	private void write(AtomicBoolean done, long seed) {
		Random random = new Random(seed);
		List<UUID> ids = new ArrayList<>();
		List<TestExecution> stored = new ArrayList<>();
		while (!done.get()) {
			int pick = ids.isEmpty() ? 0 : random.nextInt(ids.size());
			switch (ids.isEmpty() ? 0 : random.nextInt(4)) {
				case 0, 1 -> {
					TestExecution execution = TestExecution.running((random.nextInt(2) == 0) ? this.agent : this.other,
							NOW.minusMillis((long) (random.nextDouble() * Duration.ofDays(8).toMillis())));
					ids.add(this.executions.insert(execution));
					stored.add(execution);
				}
				case 2 -> this.executions.update(ids.get(pick), TestExecution.failed(stored.get(pick).agentId(),
						stored.get(pick).start(), random.nextInt(1_000), "Error " + random.nextInt(3)));
				default -> {
					this.executions.delete(ids.remove(pick));
					stored.remove(pick);
				}
			}
		}
	}

	/** By a thousand cancelled executions more. */
	private void markStoredDays() {
		this.jdbc.sql("""
				update agent_metrics
				set cancelled_executions = cancelled_executions + 1000, total_executions = total_executions + 1000
				""").update();
	}

	private static long stored(TestMetricsSource.Answer answer, UUID agent) {
		return answer.of(agent).counts().cancelled() / 1_000;
	}

	private void drop(LocalDate kept) {
		// as retention does: in part by a delete, which the trigger records
		this.jdbc.sql("delete from agent_executions where execution_start < :to")
			.param("to", kept.atStartOfDay().atOffset(ZoneOffset.UTC))
			.update();
		this.jdbc.sql("update aggregation_state set raw_from = :day").param("day", kept).update();
	}

	private static Instant start(LocalDate day) {
		return day.atStartOfDay().toInstant(ZoneOffset.UTC);
	}

	private Window week() {
		return TimeRange.LAST_7_DAYS.until(this.now);
	}

	private List<UUID> store(int count) {
		Random random = new Random(count);
		ExecutionStatus[] statuses = ExecutionStatus.values();
		List<TestExecution> all = new ArrayList<>();
		for (UUID each : List.of(this.agent, this.other)) {
			IntStream.range(0, count)
				.mapToObj((i) -> new TestExecution(each, statuses[random.nextInt(statuses.length)],
						NOW.minusMillis((long) (random.nextDouble() * Duration.ofDays(34).toMillis())),
						(random.nextInt(10) == 0) ? null : (long) Math.exp(random.nextGaussian() + 7), null,
						(random.nextInt(5) == 0) ? "Error " + random.nextInt(9) + " of 'x'" : null))
				.forEach(all::add);
			// at least one on every day
			IntStream.range(0, 34)
				.mapToObj((day) -> TestExecution.completed(each, NOW.minus(Duration.ofDays(day)).minusSeconds(1), day))
				.forEach(all::add);
			for (int days : new int[] { 1, 7, 30 }) {
				Instant edge = NOW.minus(Duration.ofDays(days));
				Stream.of(-1, 0, 1)
					.forEach((ms) -> all.add(TestExecution.failed(each, edge.plusMillis(ms), 1, "Edge")));
			}
		}
		return this.executions.insertAll(all);
	}

	private void aggregate() {
		LocalDate today = LocalDate.ofInstant(NOW, this.zone);
		new TestAggregator(this.database.dataSource(), this.zone).close(today.minusDays(35), today);
	}

	private Metrics statistics(Window window) {
		return ask(window, List.of(this.agent), MetricsFields.statistics()).of(this.agent);
	}

	private TestMetricsSource.Answer ask(Window window, List<UUID> agents, MetricsFields fields) {
		return Objects
			.requireNonNull(this.snapshot.execute((status) -> this.source.hybrid(agents, window, this.now, fields)));
	}

	/** In one snapshot, so that writers may go on. */
	private void assertEqualsRealtime(Window window) {
		List<UUID> agents = List.of(this.agent, this.other);
		// the points of both agents are the same
		Map<Window, TestMetricsSource.Answer> points = new HashMap<>();
		Function<Window, TestMetricsSource.Answer> exactly = (point) -> this.source.realtime(agents, point,
				MetricsFields.statistics());
		this.snapshot.executeWithoutResult((status) -> {
			TestMetricsSource.Answer answer = this.source.hybrid(agents, window, this.now, ALL);
			assertThat(answer.window()).isEqualTo(window);
			TestMetricsSource.Answer exact = this.source.realtime(agents, window);
			for (UUID each : agents) {
				Metrics metrics = answer.of(each);
				Metrics expected = exact.of(each);
				assertThat(metrics.counts()).isEqualTo(expected.counts());
				assertThat(answer.errorsOf(each)).isEqualTo(exact.errorsOf(each));
				assertTimes(metrics, expected.times().orElseThrow(), each, window);
				assertThat(metrics.series()).hasSize(3);
				Function<Window, Metrics> ofPoint = (point) -> points.computeIfAbsent(point, exactly).of(each);
				metrics.series().values().forEach((series) -> assertSeries(series, expected, window, ofPoint));
			}
		});
	}

	private void assertTimes(Metrics metrics, ExecutionTimes expected, UUID each, Window window) {
		ExecutionTimes times = metrics.times().orElseThrow();
		assertThat(times.count()).isEqualTo(expected.count());
		assertThat(times.sumMs()).isEqualTo(expected.sumMs());
		assertThat(times.minMs()).isEqualTo(expected.minMs());
		assertThat(times.maxMs()).isEqualTo(expected.maxMs());
		if (times.exact()) {
			assertThat(times).isEqualTo(expected);
		}
		LatencySketch distribution = metrics.distribution().orElseThrow();
		assertThat(distribution.count()).isEqualTo(expected.count());
		long[] sorted = times(each, window);
		for (double rank : new double[] { 0.1, 0.5, 0.95, 0.99 }) {
			distribution.quantileMs(rank).ifPresent((ms) -> {
				double bound = distribution.rankErrorPercent(rank) / 100 + 1e-9;
				assertThat((double) Arrays.stream(sorted).filter((time) -> time < ms).count() / sorted.length)
					.isLessThanOrEqualTo(rank + bound);
				assertThat((double) Arrays.stream(sorted).filter((time) -> time <= ms).count() / sorted.length)
					.isGreaterThanOrEqualTo(rank - bound);
			});
		}
	}

	private void assertSeries(MetricsSeries series, Metrics expected, Window window, Function<Window, Metrics> exact) {
		List<SeriesPoint> points = series.points();
		assertThat(points.getFirst().from()).isEqualTo(window.from());
		assertThat(points.getLast().to()).isEqualTo(window.to());
		for (int i = 1; i < points.size(); i++) {
			assertThat(points.get(i).from()).isEqualTo(points.get(i - 1).to());
		}
		assertThat(points.stream().mapToLong(SeriesPoint::totalExecutions).sum()).isEqualTo(expected.counts().total());
		assertThat(points.stream().mapToLong(SeriesPoint::failedExecutions).sum())
			.isEqualTo(expected.counts().failed());
		if (points.size() > 200) {
			return;
		}
		// point by point
		for (SeriesPoint point : points) {
			Metrics raw = exact.apply(new Window(point.from(), point.to()));
			assertThat(point.totalExecutions()).isEqualTo(raw.counts().total());
			assertThat(point.successfulExecutions()).isEqualTo(raw.counts().successful());
			if (point.exact().orElse(false)) {
				assertThat(point.times()).isEqualTo(raw.times());
			}
		}
	}

	private long[] times(UUID each, Window window) {
		return this.jdbc.sql("""
				select execution_time_ms from agent_executions
				where agent_id = :agent and execution_start >= :from and execution_start < :to
					and execution_time_ms is not null
				order by 1
				""")
			.param("agent", each)
			.param("from", window.from().atOffset(ZoneOffset.UTC))
			.param("to", window.to().atOffset(ZoneOffset.UTC))
			.query(Long.class)
			.stream()
			.mapToLong(Long::longValue)
			.toArray();
	}

}
