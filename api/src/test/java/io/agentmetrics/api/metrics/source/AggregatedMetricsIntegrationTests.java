package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.Trend;
import io.agentmetrics.model.time.Days;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class AggregatedMetricsIntegrationTests {

	private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

	private static final Days WEEK = new Days(TODAY.minusDays(7), TODAY);

	private final TestDatabase database = TestDatabase.create();

	private final TestExecutions executions = new TestExecutions(this.database.dataSource());

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final TestMetricsSource source = new TestMetricsSource(this.jdbc);

	private UUID agent = new UUID(0, 0);

	@BeforeEach
	void createAgent() {
		this.agent = this.executions.agent("agent");
	}

	@AfterEach
	void dropDatabase() {
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati" })
	void aggregatedEqualsRealtimeOverTheSameWindow(String zoneId) {
		ZoneId zone = ZoneId.of(zoneId);
		storeRandomly(900, zone, 42);
		new TestAggregator(this.database.dataSource(), zone).close(WEEK.from().minusDays(2), WEEK.to());
		Metrics fromRows = statistics(WEEK, zone);
		TestMetricsSource.Answer exact = this.source.realtime(List.of(this.agent), WEEK.in(zone));
		Metrics fromRaw = exact.of(this.agent);
		assertThat(fromRows.counts()).isEqualTo(fromRaw.counts());
		assertThat(fromRows.times()).isEqualTo(fromRaw.times());
		assertThat(this.source.aggregated(List.of(this.agent), WEEK, zone).errors()).isEqualTo(exact.errors());
	}

	@Test
	void percentilesOfManyExecutionsLieWithinTheStatedBounds() {
		long[] sorted = storeRandomly(20_000, ZoneOffset.UTC, 43);
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(WEEK.from(), WEEK.to());
		ExecutionTimes times = statistics(WEEK).times().orElseThrow();
		assertThat(times.exact()).isFalse();
		assertThat(times.count()).isEqualTo(sorted.length);
		assertThat(times.sumMs()).isEqualTo(Arrays.stream(sorted).sum());
		assertThat(times.minMs()).hasValue(sorted[0]);
		assertThat(times.maxMs()).hasValue(sorted[sorted.length - 1]);
		assertWithin(sorted, times.p50Ms(), 50, Math.min(times.p50RankErrorPercent(), 1.5));
		assertWithin(sorted, times.p95Ms(), 95, Math.min(times.p95RankErrorPercent(), 0.15));
		assertWithin(sorted, times.p99Ms(), 99, Math.min(times.p99RankErrorPercent(), 0.05));
	}

	@Test
	void trendIsCutAtAnHour() {
		Instant start = WEEK.in(ZoneOffset.UTC).from();
		for (int hour = 0; hour < 20; hour++) {
			Instant at = start.plusSeconds(3_600L * hour * 5);
			this.executions.insert((hour < 10) ? TestExecution.failed(this.agent, at, 1, "no")
					: TestExecution.completed(this.agent, at, 1));
		}
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(WEEK.from(), WEEK.to());
		assertThat(statistics(WEEK).trend()).contains(Trend.IMPROVING);
	}

	@ParameterizedTest
	@CsvSource({ "2026-03-29", "2026-10-25" })
	void daysOfAChangeOfClocksCountAsAnyOther(LocalDate day) {
		ZoneId zone = ZoneId.of("Europe/Berlin");
		Days days = new Days(day, day.plusDays(1));
		Instant last = days.in(zone).to().minusSeconds(60);
		for (int run = 0; run < 10; run++) {
			Instant first = days.in(zone).from().plusSeconds(run);
			this.executions.insert(TestExecution.failed(this.agent, first, 1, "no"));
			this.executions.insert(TestExecution.completed(this.agent, last.plusSeconds(run), 1));
		}
		new TestAggregator(this.database.dataSource(), zone).close(days.from(), days.to());
		Metrics statistics = statistics(days, zone);
		assertThat(statistics.counts().total()).isEqualTo(20);
		assertThat(statistics.trend()).contains(Trend.IMPROVING);
		// as when the executions are gone and the zone is another one since
		assertThat(statistics(days, ZoneOffset.UTC)).isEqualTo(statistics);
		assertThat(statistics(days, ZoneId.of("Asia/Tokyo"))).isEqualTo(statistics);
	}

	@Test
	void damagedHoursLeaveTheRestReadable() {
		storeRandomly(50, ZoneOffset.UTC, 46);
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(WEEK.from(), WEEK.to());
		Metrics before = statistics(WEEK);
		this.jdbc.sql("update agent_metrics set hourly_counts = hourly_counts || '\\x05' where metric_date = :day")
			.param("day", WEEK.from())
			.update();
		Metrics after = statistics(WEEK);
		assertThat(after.trend()).isEmpty();
		assertThat(after.counts()).isEqualTo(before.counts());
		assertThat(after.times()).isEqualTo(before.times());
	}

	@Test
	void provisionalRowsDoNotCount() {
		storeRandomly(50, ZoneOffset.UTC, 44);
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(WEEK.from(), WEEK.to());
		this.jdbc.sql("update agent_metrics set provisional = true").update();
		assertThat(statistics(WEEK)).isEqualTo(Metrics.empty());
	}

	@Test
	void noDaysAreEmpty() {
		Days none = new Days(WEEK.from(), WEEK.from());
		assertThat(statistics(none)).isEqualTo(Metrics.empty());
		assertThat(this.source.aggregated(List.of(this.agent), none, ZoneOffset.UTC).errors()).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void corruptTimesLeaveTheRestReadable(CapturedOutput output) {
		storeRandomly(200, ZoneOffset.UTC, 45);
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(WEEK.from(), WEEK.to());
		Metrics before = statistics(WEEK);
		this.jdbc.sql("""
				update agent_metrics set latency_sketch = set_byte(latency_sketch, 40, get_byte(latency_sketch, 40) # 1)
				where metric_date = :day
				""").param("day", WEEK.from().plusDays(1)).update();
		Metrics after = statistics(WEEK);
		assertThat(after.times()).isEmpty();
		assertThat(after.counts()).isEqualTo(before.counts());
		assertThat(after.trend()).isEqualTo(before.trend());
		assertThat(output).contains("agent=\"" + this.agent + "\" day=\"" + WEEK.from().plusDays(1) + "\" cause=");
	}

	@Test
	void groupsOfAnOlderMaskingAreMaskedAgain() {
		Instant at = WEEK.in(ZoneOffset.UTC).from();
		this.executions.insert(TestExecution.failed(this.agent, at, 1, "Timeout after 30 s"));
		this.executions.insert(TestExecution.failed(this.agent, at.plusSeconds(86_400), 1, "Timeout after 31 s"));
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(WEEK.from(), WEEK.to());
		this.jdbc
			.sql("update agent_error_groups set masking_version = 99, fingerprint = 'old' where metric_date = :day")
			.param("day", WEEK.from())
			.update();
		ErrorGroups errors = this.source.aggregated(List.of(this.agent), WEEK, ZoneOffset.UTC).errorsOf(this.agent);
		assertThat(errors.groups()).hasSize(1);
		assertThat(errors.total()).isEqualTo(2);
	}

	@Test
	void exampleOfAGroupIsThatOfItsFirstDay() {
		Instant at = WEEK.in(ZoneOffset.UTC).from();
		for (int day = 0; day < 7; day++) {
			this.executions.insert(TestExecution.failed(this.agent, at.plusSeconds(day * 86_400), 1,
					"Timeout after %d s".formatted(90 - day)));
		}
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(WEEK.from(), WEEK.to());
		ErrorGroups errors = this.source.aggregated(List.of(this.agent), WEEK, ZoneOffset.UTC).errorsOf(this.agent);
		assertThat(errors.groups()).singleElement().satisfies((group) -> {
			assertThat(group.example()).isEqualTo("Timeout after 90 s");
			assertThat(group.count()).isEqualTo(7);
			assertThat(group.firstSeen()).isEqualTo(at);
		});
	}

	private Metrics statistics(Days days) {
		return statistics(days, ZoneOffset.UTC);
	}

	private Metrics statistics(Days days, ZoneId zone) {
		return this.source.aggregated(List.of(this.agent), days, zone).of(this.agent);
	}

	/** Returns the times that lie in the week, sorted. */
	private long[] storeRandomly(int count, ZoneId zone, long seed) {
		Random random = new Random(seed);
		ExecutionStatus[] statuses = ExecutionStatus.values();
		Instant start = WEEK.from().atStartOfDay(zone).toInstant();
		long millis = WEEK.to().atStartOfDay(zone).toInstant().toEpochMilli() - start.toEpochMilli();
		List<TestExecution> all = new ArrayList<>(IntStream.range(0, count)
			.mapToObj((i) -> new TestExecution(this.agent, statuses[random.nextInt(statuses.length)],
					start.plusMillis((long) (random.nextDouble() * millis)),
					(random.nextInt(10) == 0) ? null : (long) Math.exp(random.nextGaussian() * 2 + 7), null,
					(random.nextInt(5) == 0) ? "Error " + random.nextInt(1_000) + " of 'x" + random.nextInt(3) + "'"
							: null))
			.toList());
		long[] sorted = all.stream()
			.map(TestExecution::ms)
			.filter(Objects::nonNull)
			.mapToLong(Long::longValue)
			.sorted()
			.toArray();
		// just outside of the window
		all.add(TestExecution.completed(this.agent, start.minusMillis(1), 1));
		all.add(TestExecution.completed(this.agent, start.plusMillis(millis), 1));
		this.executions.insertAll(all);
		return sorted;
	}

	private static void assertWithin(long[] sorted, OptionalLong value, double percent, double allowedError) {
		long quantile = value.orElseThrow();
		double below = 100.0 * Arrays.stream(sorted).filter((each) -> each < quantile).count() / sorted.length;
		double upTo = 100.0 * Arrays.stream(sorted).filter((each) -> each <= quantile).count() / sorted.length;
		assertThat(below).as("rank of p%s", percent).isLessThanOrEqualTo(percent + allowedError);
		assertThat(upTo).as("rank of p%s", percent).isGreaterThanOrEqualTo(percent - allowedError);
	}

}
