package io.agentmetrics.api.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.sketch.LatencySketch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = { "agent-metrics.cache.open-windows=0s", "agent-metrics.series.executions-read=300" })
class DashboardSeriesIntegrationTests extends ApiTest {

	private static final Duration DAY = Duration.ofDays(1);

	private static final String POINTS = """
			granularity percentilesNote points { from to open aggregated totalExecutions successfulExecutions
				failedExecutions successRate errorRate count avgMs p50Ms p95Ms p99Ms exact }
			""";

	private UUID agent = new UUID(0, 0);

	@BeforeEach
	void forgetEverything() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		List.of("agent_metrics", "agent_error_groups", "aggregated_days", "aggregation_shards", "aggregation_state",
				"agent_executions", "first_executions", "agent_execution_deletions", "agents")
			.forEach((table) -> jdbc.sql("delete from " + table).update());
		this.agent = executions().agent("agent");
	}

	@ParameterizedTest
	@CsvSource({ "LAST_1_DAY, HOUR, 24", "LAST_1_DAY, AUTO, 24", "LAST_7_DAYS, DAY, 8", "LAST_7_DAYS, AUTO, 8",
			"LAST_30_DAYS, WEEK, 0", "LAST_30_DAYS, DAY, 31" })
	void everyPointSaysWhatItsExecutionsSay(String timeRange, String granularity, int points) {
		store(900, 35);
		aggregate(40);
		store(3, 35);
		GraphQlTester.Response response = ask("timeRange: %s, granularity: %s".formatted(timeRange, granularity));
		response.path("dashboard.series.percentilesNote").valueIsNull();
		List<Point> series = points(response);
		if (points > 0) {
			assertThat(series).hasSize(points);
		}
		assertThat(series).isEqualTo(series.stream().map((point) -> raw(point.from(), point.to())).toList());
	}

	@Test
	void neverAggregatedIsTheSame() {
		store(200, 8);
		List<Point> series = points(ask("timeRange: LAST_7_DAYS, granularity: DAY"));
		assertThat(series).isEqualTo(series.stream().map((point) -> raw(point.from(), point.to())).toList());
	}

	@Test
	void pointsFollowEachOtherWithoutGapAndTheLastIsOpen() {
		Instant now = this.clock.instant();
		GraphQlTester.Response response = ask("timeRange: LAST_7_DAYS");
		List<Point> series = points(response);
		assertThat(series.getFirst().from()).isEqualTo(now.minus(Duration.ofDays(7)));
		assertThat(series.getLast().to()).isEqualTo(now);
		for (int i = 1; i < series.size(); i++) {
			assertThat(series.get(i).from()).isEqualTo(series.get(i - 1).to())
				.isEqualTo(midnight(LocalDate.ofInstant(series.get(i).from(), ZoneOffset.UTC)));
		}
		response.path("dashboard.series.points[*].open")
			.entityList(Boolean.class)
			.containsExactly(false, false, false, false, false, false, false, true)
			.path("dashboard.series.points[*].aggregated")
			.entityList(Boolean.class)
			.containsExactly(true, true, true, true, true, true, true, true)
			.path("dashboard.series.points[3]")
			.matchesJson(
					"""
							{ "totalExecutions": 0, "successRate": 0.0, "count": 0, "avgMs": null, "p95Ms": null, "exact": true }
							""");
	}

	@Test
	void windowOfOnesOwnMayReachIntoTheFuture() {
		Instant now = this.clock.instant();
		executions().insert(TestExecution.completed(this.agent, now.minusSeconds(1), 7));
		List<Point> series = points(ask(
				"between: { from: \"%s\", to: \"%s\" }, granularity: HOUR".formatted(now.minus(DAY), now.plus(DAY))));
		assertThat(series).hasSize(48);
		assertThat(series.stream().filter((point) -> point.total() > 0)).hasSize(1);
	}

	@Test
	void timesOfClosedDaysComeFromTheLedgerUntilTheyChange() {
		LocalDate day = this.clock.today().minusDays(2);
		executions().insert(TestExecution.completed(this.agent, midnight(day).plusSeconds(60), 100));
		aggregate(5);
		JdbcClient.create(this.dataSource)
			.sql("update aggregated_days set latency_sketch = :sketch where metric_date = :day")
			.param("sketch", LatencySketch.of(4_711).toBytes())
			.param("day", day)
			.update();
		String question = "timeRange: LAST_7_DAYS, granularity: DAY";
		assertThat(points(ask(question)).get(5).p50Ms()).isEqualTo(4_711);
		executions().insert(TestExecution.completed(this.agent, midnight(day).plusSeconds(70), 90));
		assertThat(points(ask(question)).get(5)).isEqualTo(raw(midnight(day), midnight(day.plusDays(1))));
	}

	@Test
	void timesOfTheNewestAreReadWhereThereAreTooMany() {
		Instant now = this.clock.instant();
		fill(now.minus(Duration.ofHours(2)), 200);
		fill(now.minus(Duration.ofHours(3)), 101);
		fill(now.minus(Duration.ofHours(4)), 1);
		GraphQlTester.Response response = ask("timeRange: LAST_1_DAY, granularity: HOUR");
		response.path("dashboard.series.percentilesNote")
			.entity(String.class)
			.isEqualTo("Times are kept by the day; all others are read from at most 300 executions, the newest first, "
					+ "and points that need more have none.");
		List<Point> series = points(response);
		assertThat(series.get(22).count()).isEqualTo(200);
		assertThat(series.get(21)).satisfies((point) -> {
			assertThat(point.total()).isEqualTo(101);
			assertThat(point.count()).isNull();
			assertThat(point.p95Ms()).isNull();
		});
		// no holes: what is older has none either, though it would be few
		assertThat(series.get(20).total()).isEqualTo(1);
		assertThat(series.get(20).count()).isNull();
	}

	@Test
	void closedDaysHaveTimesHoweverManyExecutionsTheyHave() {
		fill(midnight(this.clock.today().minusDays(1)).plusSeconds(1), 400);
		aggregate(3);
		GraphQlTester.Response response = ask("timeRange: LAST_7_DAYS, granularity: DAY");
		response.path("dashboard.series.percentilesNote").valueIsNull();
		assertThat(points(response).get(6).count()).isEqualTo(400);
	}

	@Test
	void droppedExecutionsLeaveTheTimesOfWholeDays() {
		store(300, 10);
		aggregate(15);
		LocalDate kept = this.clock.today().minusDays(3);
		List<Point> before = points(ask("timeRange: LAST_7_DAYS, granularity: DAY"));
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		jdbc.sql("delete from agent_executions where execution_start < :kept")
			.param("kept", midnight(kept).atOffset(ZoneOffset.UTC))
			.update();
		jdbc.sql("update aggregation_state set raw_from = :kept").param("kept", kept).update();
		GraphQlTester.Response response = ask("timeRange: LAST_7_DAYS, granularity: DAY");
		response.path("dashboard.series.percentilesNote")
			.entity(String.class)
			.isEqualTo(
					"The executions before %s were dropped: only whole closed days know their times.".formatted(kept));
		List<Point> series = points(response);
		assertThat(series.getFirst().count()).isNull();
		assertThat(series.subList(1, 8)).isEqualTo(before.subList(1, 8));
	}

	@Test
	void timesThatCannotBeReadAreMissingOfTheirDayAlone() {
		store(300, 10);
		aggregate(15);
		List<Point> before = points(ask("timeRange: LAST_7_DAYS, granularity: DAY"));
		JdbcClient.create(this.dataSource)
			.sql("update aggregated_days set latency_sketch = '\\xcafe' where metric_date = :day")
			.param("day", this.clock.today().minusDays(3))
			.update();
		GraphQlTester.Response response = ask("timeRange: LAST_7_DAYS, granularity: DAY");
		response.path("dashboard.series.percentilesNote")
			.entity(String.class)
			.isEqualTo("The stored times of some days cannot be read; they have to be aggregated again.");
		List<Point> series = points(response);
		assertThat(series.get(4).total()).isEqualTo(before.get(4).total());
		assertThat(series.get(4).p50Ms()).isNull();
		assertThat(series.subList(5, 8)).isEqualTo(before.subList(5, 8));
	}

	@Test
	void seriesCostsTheSameStatementsHoweverManyPoints() {
		store(300, 10);
		aggregate(15);
		List<String> ofHours = this.dataSource.statementsOf(() -> ask("timeRange: LAST_7_DAYS, granularity: HOUR"));
		List<String> ofDays = this.dataSource.statementsOf(() -> ask("timeRange: LAST_90_DAYS, granularity: DAY"));
		// four for the dashboard itself, then the ledger, the horizon, the counts and
		// both kinds of times
		assertThat(ofHours).hasSizeLessThanOrEqualTo(4 + 5);
		assertThat(ofDays).hasSize(4 + 5);
	}

	@Test
	void timesAreReadOnlyWhereTheyAreAskedFor() {
		store(300, 10);
		aggregate(15);
		String both = "{ dashboard { series(granularity: DAY) { points { from totalExecutions %s } %s } } }";
		assertThat(readsTimes(both.formatted("", ""))).isFalse();
		assertThat(readsTimes(both.formatted("p95Ms", ""))).isTrue();
		assertThat(readsTimes(both.formatted("", "percentilesNote"))).isTrue();
	}

	private boolean readsTimes(String query) {
		return this.dataSource.statementsOf(() -> graphQl().document(query).executeAndVerify())
			.stream()
			.anyMatch((sql) -> sql.contains("execution_time_ms") || sql.contains("latency_sketch"));
	}

	@Test
	void timeRangeAndBetweenExcludeEachOther() {
		graphQl().document("""
				{ dashboard { series(timeRange: LAST_1_DAY,
					between: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }) { granularity } } }
				""")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement()
				.satisfies((error) -> assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT")));
	}

	private void store(int count, int days) {
		Random random = new Random(count);
		ExecutionStatus[] statuses = ExecutionStatus.values();
		List<TestExecution> all = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Instant start = this.clock.instant().minusMillis((long) (random.nextDouble() * days * DAY.toMillis()));
			ExecutionStatus status = statuses[random.nextInt(statuses.length)];
			all.add(new TestExecution(this.agent, status, start,
					status.isInProgress() ? null : random.nextLong(100_000), null, null));
		}
		executions().insertAll(all);
	}

	private void fill(Instant from, int count) {
		List<TestExecution> all = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			all.add(TestExecution.completed(this.agent, from.plusMillis(i), i));
		}
		executions().insertAll(all);
	}

	private GraphQlTester.Response ask(String arguments) {
		return graphQl().document("{ dashboard { series(" + arguments + ") { " + POINTS + " } } }").execute();
	}

	private static List<Point> points(GraphQlTester.Response response) {
		return response.path("dashboard.series.points").entityList(Object.class).get().stream().map((point) -> {
			Map<?, ?> fields = (Map<?, ?>) point;
			return new Point(Instant.parse((String) fields.get("from")), Instant.parse((String) fields.get("to")),
					whole(fields, "totalExecutions"), whole(fields, "successfulExecutions"),
					whole(fields, "failedExecutions"), number(fields, "count"), number(fields, "p50Ms"),
					number(fields, "p95Ms"), number(fields, "p99Ms"));
		}).toList();
	}

	private static long whole(Map<?, ?> fields, String name) {
		return ((Number) Objects.requireNonNull(fields.get(name))).longValue();
	}

	private static @Nullable Long number(Map<?, ?> fields, String name) {
		return (fields.get(name) instanceof Number number) ? number.longValue() : null;
	}

	/** What PostgreSQL itself says of a piece of time. */
	private Point raw(Instant from, Instant to) {
		return JdbcClient.create(this.dataSource)
			.sql("""
					select count(*) as total, count(*) filter (where status = 'COMPLETED') as successful,
						count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed, count(execution_time_ms) as timed,
						percentile_disc(0.5) within group (order by execution_time_ms) as p50,
						percentile_disc(0.95) within group (order by execution_time_ms) as p95,
						percentile_disc(0.99) within group (order by execution_time_ms) as p99
					from agent_executions where execution_start >= :from and execution_start < :to
					""")
			.param("from", from.atOffset(ZoneOffset.UTC))
			.param("to", to.atOffset(ZoneOffset.UTC))
			.query((row, number) -> new Point(from, to, row.getLong("total"), row.getLong("successful"),
					row.getLong("failed"), row.getLong("timed"), row.getObject("p50", Long.class),
					row.getObject("p95", Long.class), row.getObject("p99", Long.class)))
			.single();
	}

	private static Instant midnight(LocalDate day) {
		return day.atStartOfDay().toInstant(ZoneOffset.UTC);
	}

	private record Point(Instant from, Instant to, long total, long successful, long failed, @Nullable Long count,
			@Nullable Long p50Ms, @Nullable Long p95Ms, @Nullable Long p99Ms) {
	}

}
