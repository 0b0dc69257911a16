package io.agentmetrics.api.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is asked of an agent's metrics beyond the statistics of one window.
 */
@TestPropertySource(properties = "agent-metrics.cache.open-windows=0s")
class AgentInsightsIntegrationTests extends ApiTest {

	private static final String DISTRIBUTION = """
			query ($agent: ID!, $type: MetricType!) {
				agentMetrics(agentId: $agent, metricType: $type) {
					half: percentile(rank: 0.5) { rank ms count exact rankErrorPercent }
					all: percentile(rank: 1) { ms }
					within500: shareWithin(ms: 500) { ms percent count exact rankErrorPercent }
					none: shareWithin(ms: 99) { percent }
					histogram(buckets: 3) { count exact rankErrorPercent buckets { fromMs toMs count } }
				}
			}
			""";

	private static final String CHANGE = """
			query ($agent: ID!, $type: MetricType!, $between: WindowInput) {
				agentMetrics(agentId: $agent, metricType: $type, between: $between) {
					timeRange
					previous { totalExecutions provenance { from to } }
					change {
						comparable note
						totalExecutions { current previous difference percent significant }
						failedExecutions { difference }
						successRate { current previous difference significant }
						errorRate { difference }
						avgMs { difference significant } p50Ms { current previous difference } p95Ms { percent } p99Ms { current }
						latency { distance threshold significant }
					}
					provenance { from to }
				}
			}
			""";

	private static final String SERIES = """
			query ($agent: ID!, $type: MetricType!, $granularity: Granularity!) {
				agentMetrics(agentId: $agent, metricType: $type) {
					series(granularity: $granularity) {
						granularity percentilesNote
						points { from to open aggregated totalExecutions successfulExecutions failedExecutions successRate
							errorRate count avgMs p50Ms p95Ms p99Ms exact }
					}
				}
			}
			""";

	private static final String EVERYTHING = """
			query ($first: Int!, $type: MetricType!) {
				agents(first: $first, search: "everything") { edges { node { metrics(metricType: $type) {
					totalExecutions executionTimes { p95Ms } percentile(rank: 0.9) { ms } topErrors { error isNew }
					days: series(granularity: DAY) { points { totalExecutions p95Ms } }
					hours: series(granularity: HOUR) { points { totalExecutions p95Ms } }
					change { successRate { difference } p95Ms { difference } }
				} } } }
			}
			""";

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void distributionIsToldByEverySource(MetricType type) {
		UUID agent = executions().agent("distribution");
		for (int i = 1; i <= 10; i++) {
			executions().insert(TestExecution.completed(agent, yesterday().plusSeconds(i), 100L * i));
		}
		aggregate(5);
		ask(DISTRIBUTION, agent, type).path("agentMetrics").matchesJson("""
				{
					"half": { "rank": 0.5, "ms": 500, "count": 10, "exact": true, "rankErrorPercent": 0.0 },
					"all": { "ms": 1000 },
					"within500": { "ms": 500, "percent": 50.0, "count": 10, "exact": true, "rankErrorPercent": 0.0 },
					"none": { "percent": 0.0 },
					"histogram": { "count": 10, "exact": true, "rankErrorPercent": 0.0, "buckets": [
						{ "fromMs": 100, "toMs": 400, "count": 3 }, { "fromMs": 400, "toMs": 700, "count": 3 },
						{ "fromMs": 700, "toMs": 1000, "count": 4 } ] }
				}
				""");
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void noExecutionsHaveNoDistribution(MetricType type) {
		ask(DISTRIBUTION, UUID.randomUUID(), type).path("agentMetrics").matchesJson("""
				{ "half": { "ms": null, "count": 0 }, "within500": { "percent": 0.0, "count": 0 },
					"histogram": { "count": 0, "buckets": [] } }
				""");
	}

	@Test
	void distributionOfManyExecutionsStatesItsBound() {
		UUID agent = executions().agent("many");
		executions().insertAll(IntStream.range(0, 5_000)
			.mapToObj((i) -> TestExecution.completed(agent, ago(Duration.ofSeconds(i + 1)), i * 7L))
			.toList());
		GraphQlTester.Response response = ask(DISTRIBUTION, agent, MetricType.REALTIME);
		response.path("agentMetrics.half.exact").entity(Boolean.class).isEqualTo(false);
		response.path("agentMetrics.half.rankErrorPercent")
			.entity(Double.class)
			.satisfies((bound) -> assertThat(bound).isBetween(1.3, 1.4));
		response.path("agentMetrics.half.ms")
			.entity(Long.class)
			.satisfies((ms) -> assertThat(ms / 7.0 / 5_000).isBetween(0.486, 0.514));
		response.path("agentMetrics.histogram.buckets[*].count")
			.entityList(Long.class)
			.satisfies((counts) -> assertThat(counts.stream().mapToLong(Long::longValue).sum()).isEqualTo(5_000));
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void changeIsAgainstTheSameLengthJustBefore(MetricType type) {
		UUID agent = executions().agent("change");
		List<TestExecution> all = new ArrayList<>();
		// it ran before both windows
		all.add(TestExecution.completed(agent, yesterday().minus(Duration.ofDays(15)), 1_000));
		for (int i = 0; i < 100; i++) {
			Instant now = yesterday().plusSeconds(i);
			Instant before = now.minus(Duration.ofDays(7));
			all.add((i < 40) ? TestExecution.failed(agent, now, 2_000 + i, "no")
					: TestExecution.completed(agent, now, 2_000 + i));
			if (i < 60) {
				all.add((i < 6) ? TestExecution.failed(agent, before, 1_000 + i, "no")
						: TestExecution.completed(agent, before, 1_000 + i));
			}
		}
		executions().insertAll(all);
		aggregate(20);
		GraphQlTester.Response response = ask(CHANGE, agent, type);
		response.path("agentMetrics")
			.matchesJson(
					"""
							{
								"timeRange": "LAST_7_DAYS", "previous": { "totalExecutions": 60 },
								"change": {
									"comparable": true, "note": null,
									"totalExecutions": { "current": 100.0, "previous": 60.0, "difference": 40.0, "percent": 66.67, "significant": true },
									"failedExecutions": { "difference": 34.0 },
									"successRate": { "current": 60.0, "previous": 90.0, "difference": -30.0, "significant": true },
									"errorRate": { "difference": 30.0 },
									"avgMs": { "difference": 1020.0, "significant": true },
									"p50Ms": { "current": 2049.0, "previous": 1029.0, "difference": 1020.0 },
									"p95Ms": { "percent": 98.3 }, "p99Ms": { "current": 2098.0 },
									"latency": { "distance": 1.0, "threshold": 0.222, "significant": true }
								}
							}
							""");
		String to = response.path("agentMetrics.previous.provenance.to").entity(String.class).get();
		response.path("agentMetrics.provenance.from").entity(String.class).isEqualTo(to);
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void windowThatBeganBeforeTheAgentRanIsNotComparable(MetricType type) {
		UUID agent = executions().agent("new");
		List<TestExecution> all = new ArrayList<>();
		for (int i = 0; i < 900; i++) {
			// nine days, of which two lie in the window before
			Instant start = yesterday().minus(Duration.ofDays(i / 100)).plusSeconds(i);
			all.add((i < 700 && i % 2 == 0) ? TestExecution.failed(agent, start, 5_000 + i, "no")
					: TestExecution.completed(agent, start, i));
		}
		executions().insertAll(all);
		aggregate(20);
		GraphQlTester.Response response = ask(CHANGE, agent, type);
		response.path("agentMetrics.change").matchesJson("""
				{
					"comparable": false,
					"note": "The window before is not all there: The agent had not run yet when it began.",
					"totalExecutions": { "significant": false }, "successRate": { "significant": false },
					"avgMs": { "significant": false }, "latency": { "significant": false }
				}
				""");
	}

	@Test
	void windowThatIsNotOverIsNotComparable() {
		UUID agent = executions().agent("open window");
		executions().insert(TestExecution.completed(agent, ago(Duration.ofHours(1)), 5));
		graphQl().document(CHANGE)
			.variable("agent", agent)
			.variable("type", "HYBRID")
			.variable("between",
					Map.of("from", ago(Duration.ofHours(2)).toString(), "to", ago(Duration.ofHours(-2)).toString()))
			.execute()
			.path("agentMetrics")
			.matchesJson(
					"""
							{ "timeRange": null, "change": { "comparable": false,
								"note": "The window is not all there: It is not over yet.",
								"successRate": { "current": 100.0, "previous": null, "difference": null, "significant": false } } }
							""");
	}

	@Test
	void windowWithoutAWholeDayIsNotComparableWhenAggregated() {
		UUID agent = executions().agent("hours only");
		executions().insert(TestExecution.completed(agent, yesterday().plusSeconds(60), 5));
		aggregate(10);
		graphQl().document(CHANGE)
			.variable("agent", agent)
			.variable("type", "AGGREGATED")
			.variable("between",
					Map.of("from", yesterday().toString(), "to", yesterday().plus(Duration.ofHours(3)).toString()))
			.execute()
			.path("agentMetrics.change")
			.matchesJson(
					"""
							{ "comparable": false, "totalExecutions": { "current": 0.0, "previous": 0.0 },
								"note": "The window is not all there: No calendar day lies wholly inside, so that it has no aggregated numbers." }
							""");
	}

	@Test
	void daysThatAreNotAggregatedAreNotComparable() {
		UUID agent = executions().agent("not aggregated");
		executions().insert(TestExecution.completed(agent, yesterday(), 5));
		aggregate(30);
		JdbcClient.create(this.dataSource)
			.sql("delete from aggregated_days where metric_date >= :day")
			.param("day", this.clock.today().minusDays(2))
			.update();
		ask(CHANGE, agent, MetricType.AGGREGATED).path("agentMetrics.change.note")
			.entity(String.class)
			.matches((note) -> note
				.matches("The window is not all there: (1 of its days is|2 of its days are) not aggregated yet.*"));
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void seriesOfDaysHasNoGaps(MetricType type) {
		UUID agent = executions().agent("days");
		executions().insert(TestExecution.completed(agent, yesterday(), 100));
		executions().insert(TestExecution.failed(agent, yesterday().minus(Duration.ofDays(3)), 300, "no"));
		aggregate(10);
		GraphQlTester.Response response = series(agent, type, "DAY");
		int points = (type == MetricType.AGGREGATED) ? 7 : 8;
		List<Long> totals = new ArrayList<>(Collections.nCopies(points, 0L));
		int yesterday = 6;
		totals.set(yesterday, 1L);
		totals.set(yesterday - 3, 1L);
		response.path("agentMetrics.series.points[*].totalExecutions").entityList(Long.class).isEqualTo(totals);
		response.path("agentMetrics.series.points[" + yesterday + "]").matchesJson("""
				{ "open": false, "aggregated": true, "successRate": 100.0, "errorRate": 0.0, "count": 1, "avgMs": 100.0,
					"p50Ms": 100, "p95Ms": 100, "p99Ms": 100, "exact": true }
				""");
		response.path("agentMetrics.series.points[0]").matchesJson("""
				{ "successRate": 0.0, "count": 0, "avgMs": null, "p50Ms": null, "exact": true }
				""");
		if (type != MetricType.AGGREGATED) {
			response.path("agentMetrics.series.points[7]").matchesJson("{ \"open\": true }");
		}
		response.path("agentMetrics.series.granularity").entity(String.class).isEqualTo("DAY");
		response.path("agentMetrics.series.percentilesNote").valueIsNull();
	}

	@Test
	void seriesWithoutGranularityIsThatOfTheDefault() {
		UUID agent = executions().agent("default");
		GraphQlTester.Response response = graphQl()
			.document("query ($agent: ID!, $unset: Granularity) { agentMetrics(agentId: $agent) "
					+ "{ series { granularity } unset: series(granularity: $unset) { granularity } } }")
			.variable("agent", agent)
			.execute();
		response.path("agentMetrics.series.granularity").entity(String.class).isEqualTo("DAY");
		response.path("agentMetrics.unset.granularity").entity(String.class).isEqualTo("DAY");
	}

	@Test
	void seriesOfHoursIsCountedFromTheDaysAndTimedFromTheExecutions() {
		UUID agent = executions().agent("hours");
		Instant recent = yesterday().plusSeconds(3_600);
		Instant old = recent.minus(Duration.ofDays(20));
		executions().insert(TestExecution.completed(agent, recent, 100));
		executions().insert(TestExecution.completed(agent, old, 100));
		aggregate(40);
		GraphQlTester.Response response = graphQl().document("""
				query ($agent: ID!) { agentMetrics(agentId: $agent, timeRange: LAST_30_DAYS) {
					series(granularity: HOUR) { percentilesNote points { from totalExecutions count p95Ms } } } }
				""").variable("agent", agent).execute();
		response.path("agentMetrics.series.percentilesNote")
			.entity(String.class)
			.satisfies((note) -> assertThat(note)
				.contains(this.clock.today().minusDays(14).atStartOfDay().toInstant(ZoneOffset.UTC).toString()));
		response.path("agentMetrics.series.points[?(@.totalExecutions == 1)]").entityList(Object.class).hasSize(2);
		response.path("agentMetrics.series.points[?(@.from == '%s')]".formatted(recent)).matchesJson("""
				[ { "totalExecutions": 1, "count": 1, "p95Ms": 100 } ]
				""");
		response.path("agentMetrics.series.points[?(@.from == '%s')]".formatted(old)).matchesJson("""
				[ { "totalExecutions": 1, "count": null, "p95Ms": null } ]
				""");
	}

	@Test
	void aggregatedHoursHaveCountsButNoTimesAndSayWhy() {
		UUID agent = executions().agent("aggregated hours");
		executions().insert(TestExecution.completed(agent, yesterday(), 100));
		aggregate(10);
		GraphQlTester.Response response = series(agent, MetricType.AGGREGATED, "HOUR");
		response.path("agentMetrics.series.points").entityList(Object.class).hasSize(7 * 24);
		response.path("agentMetrics.series.points[?(@.totalExecutions == 1)]").matchesJson("""
				[ { "totalExecutions": 1, "count": null, "p50Ms": null, "exact": null } ]
				""");
		response.path("agentMetrics.series.percentilesNote")
			.entity(String.class)
			.satisfies((note) -> assertThat(note)
				.isEqualTo("The times of single hours are not stored: ask for DAY or WEEK."));
	}

	@Test
	void daysThatAreNotClosedSaySo() {
		UUID agent = executions().agent("not closed");
		executions().insert(TestExecution.completed(agent, yesterday(), 100));
		aggregate(10);
		LocalDate missing = this.clock.today().minusDays(1);
		JdbcClient.create(this.dataSource)
			.sql("delete from aggregated_days where metric_date = :day")
			.param("day", missing)
			.update();
		GraphQlTester.Response response = series(agent, MetricType.AGGREGATED, "DAY");
		response.path("agentMetrics.series.points[6]").matchesJson("{ \"aggregated\": false, \"totalExecutions\": 0 }");
		response.path("agentMetrics.series.points[5]").matchesJson("{ \"aggregated\": true }");
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void errorsTellWhatTheyAreAndWhetherTheyAreNew(MetricType type) {
		UUID agent = executions().agent("errors");
		Instant first = yesterday();
		for (int i = 0; i < 3; i++) {
			executions().insert(TestExecution.failed(agent, first.plusSeconds(i), 1, "Timeout after " + i + " s"));
		}
		executions().insert(TestExecution.failed(agent, first, 1, "Disk full"));
		executions().insert(TestExecution.failed(agent, first.minus(Duration.ofDays(30)), 1, "Timeout after 77 s"));
		executions().insert(TestExecution.failed(agent, first.minus(Duration.ofDays(98)), 1, "Disk full"));
		aggregate(100);
		graphQl().document("""
				query ($agent: ID!, $type: MetricType!) { agentMetrics(agentId: $agent, metricType: $type) {
					topErrors { fingerprint error count share firstSeen lastSeen isNew } } }
				""")
			.variable("agent", agent)
			.variable("type", type)
			.execute()
			.path("agentMetrics.topErrors")
			.matchesJson("""
					[
						{ "fingerprint": "Timeout after <*>", "error": "Timeout after 0 s", "count": 3, "share": 75.0,
							"firstSeen": "%s", "lastSeen": "%s", "isNew": false },
						{ "fingerprint": "Disk full", "error": "Disk full", "count": 1, "share": 25.0,
							"firstSeen": "%s", "lastSeen": "%s", "isNew": true }
					]
					""".formatted(first, first.plusSeconds(2), first, first));
	}

	@Test
	void errorIsNotNewThatHasComeLateForADayBeforeAWindowOfStoredDays() {
		UUID agent = executions().agent("late");
		executions().insert(TestExecution.failed(agent, yesterday(), 1, "Disk full"));
		aggregate(100);
		executions().insert(TestExecution.failed(agent, yesterday().minus(Duration.ofDays(5)), 1, "Disk full"));
		Instant today = this.clock.today().atStartOfDay().toInstant(ZoneOffset.UTC);
		graphQl().document("""
				query ($agent: ID!, $from: DateTime!, $to: DateTime!) {
					agentMetrics(agentId: $agent, between: { from: $from, to: $to }, metricType: HYBRID) {
						topErrors { error count isNew } } }
				""")
			.variable("agent", agent)
			.variable("from", today.minus(Duration.ofDays(1)))
			.variable("to", today)
			.execute()
			.path("agentMetrics.topErrors")
			.matchesJson("[{ \"error\": \"Disk full\", \"count\": 1, \"isNew\": false }]");
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void failuresWithoutAMessageAreGroupedByTheirTypeAndTheRestIsTold(MetricType type) {
		UUID agent = executions().agent("speechless");
		Instant first = yesterday();
		failures(agent, first, 15, "ToolError", null);
		failures(agent, first, 4, "ParseError", " \t\n");
		failures(agent, first, 3, "ToolError", "\u200b");
		failures(agent, first, 2, null, null);
		failures(agent, first, 1, "ToolError", "ToolError");
		aggregate(10);
		graphQl().document("""
				query ($agent: ID!, $type: MetricType!) { agentMetrics(agentId: $agent, metricType: $type) {
					totalErrors topErrors { fingerprint error count } otherErrors
					top: topErrors(first: 2) { count } others: otherErrors(first: 2) } }
				""").variable("agent", agent).variable("type", type).execute().path("agentMetrics").matchesJson("""
				{
					"totalErrors": 8,
					"topErrors": [
						{ "fingerprint": "<type> ToolError", "error": "ToolError", "count": 18 },
						{ "fingerprint": "<type> ParseError", "error": "ParseError", "count": 4 },
						{ "fingerprint": "<type> FAILED", "error": "FAILED", "count": 2 },
						{ "fingerprint": "ToolError", "error": "ToolError", "count": 1 }
					],
					"otherErrors": 0, "top": [{ "count": 18 }, { "count": 4 }], "others": 3
				}
				""");
	}

	private void failures(UUID agent, Instant first, int count, @Nullable String type, @Nullable String message) {
		executions().insertAll(IntStream.range(0, count)
			.mapToObj((i) -> new TestExecution(agent, ExecutionStatus.FAILED, first.plusSeconds(i), 1L, type, message))
			.toList());
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void everythingOfAHundredAgentsCostsAsManyStatementsAsOfOne(MetricType type) {
		TestExecutions executions = executions();
		IntStream.range(0, 100).forEach((i) -> {
			UUID agent = executions.agent("everything " + type + i);
			executions.insertAll(List.of(TestExecution.failed(agent, yesterday(), i, "no"),
					TestExecution.completed(agent, yesterday().minus(Duration.ofDays(8)), i)));
		});
		aggregate(20);
		List<String> ofOne = this.dataSource.statementsOf(() -> everything(1, type));
		List<String> ofMany = this.dataSource.statementsOf(() -> everything(100, type));
		assertThat(ofMany).isEqualTo(ofOne);
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void whatNobodyAsksForIsNotRead(MetricType type) {
		UUID agent = executions().agent("frugal");
		List<String> statements = this.dataSource.statementsOf(() -> graphQl()
			.document("query ($agent: ID!, $type: MetricType!) { agentMetrics(agentId: $agent, metricType: $type) "
					+ "{ totalExecutions series(granularity: DAY) { points { totalExecutions } } } }")
			.variable("agent", agent)
			.variable("type", type)
			.executeAndVerify());
		assertThat(statements).noneMatch((sql) -> sql.contains("left(error_message"))
			.noneMatch((sql) -> sql.contains("agent_error_groups"));
	}

	private void everything(int first, MetricType type) {
		graphQl().mutate()
			.codecConfigurer((codecs) -> codecs.defaultCodecs().maxInMemorySize(-1))
			.build()
			.document(EVERYTHING)
			.variable("first", first)
			.variable("type", type)
			.executeAndVerify();
	}

	private GraphQlTester.Response series(UUID agent, MetricType type, String granularity) {
		return graphQl().document(SERIES)
			.variable("agent", agent)
			.variable("type", type)
			.variable("granularity", granularity)
			.execute();
	}

	private GraphQlTester.Response ask(String document, UUID agent, MetricType type) {
		return graphQl().document(document).variable("agent", agent).variable("type", type).execute();
	}

	private Instant ago(Duration duration) {
		return this.clock.instant().minus(duration);
	}

	private Instant yesterday() {
		return this.clock.today().minusDays(1).atTime(9, 0).toInstant(ZoneOffset.UTC);
	}

}
