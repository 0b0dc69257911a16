package io.agentmetrics.api.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.cache.open-windows=0s")
class AgentMetricsIntegrationTests extends ApiTest {

	private static final String ALL = """
			query ($agent: ID!, $range: TimeRange! = LAST_7_DAYS, $type: MetricType! = REALTIME) {
				agentMetrics(agentId: $agent, timeRange: $range, metricType: $type) {
					agentId timeRange metricType totalExecutions successfulExecutions failedExecutions
					cancelledExecutions inProgressExecutions totalErrors successRate errorRate
					executionTimes { count avgMs minMs maxMs p50Ms p95Ms p99Ms exact rankErrorPercent { p50 p95 p99 } }
					topErrors { error count }
					trend
					provenance { from to zone aggregatedThrough computedAt missing }
				}
			}
			""";

	private static final String OF_ALL_AGENTS = """
			query ($first: Int!, $type: MetricType!) {
				agents(first: $first, search: "counted") {
					edges { node { name metrics(metricType: $type) {
						totalExecutions successRate executionTimes { p95Ms } topErrors(first: 1) { error }
					} } }
				}
			}
			""";

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void tokensAndCostsAreSummedAndSharedOut(MetricType type) {
		UUID agent = executions().agent("usage");
		for (int i = 1; i <= 5; i++) {
			executions().insert((i < 5) ? TestExecution.completed(agent, ago(3_000 + i), 100)
					: TestExecution.failed(agent, ago(3_000 + i), 100, "Out of tokens"));
		}
		JdbcClient.create(this.dataSource).sql("""
				update agent_executions
				set input_tokens = execution_time_ms * 10, output_tokens = 7, cached_input_tokens = 5, cost_usd = 0.0125
				where agent_id = :agent and status = 'COMPLETED'
				""").param("agent", agent).update();
		aggregate(4);
		GraphQlTester.Response response = graphQl().document("""
				query ($agent: ID!, $type: MetricType!) {
					agentMetrics(agentId: $agent, metricType: $type) {
						tokens { count total input output cachedInput avg p50 p95 p99 exact rankErrorPercent { p95 }
							histogram(buckets: 2) { count exact rankErrorPercent buckets { from to count } } }
						cost { count totalUsd perExecutionUsd perSuccessfulExecutionUsd }
						provenance { missing }
					}
				}
				""").variable("agent", agent).variable("type", type).execute();
		response.path("agentMetrics")
			.matchesJsonStrictly(
					"""
							{
								"tokens": { "count": 4, "total": 4028, "input": 4000, "output": 28, "cachedInput": 20, "avg": 1007.0,
									"p50": 1007, "p95": 1007, "p99": 1007, "exact": true, "rankErrorPercent": { "p95": 0.0 },
									"histogram": { "count": 4, "exact": true, "rankErrorPercent": 0.0,
										"buckets": [ { "from": 1007, "to": 1007, "count": 4 } ] } },
								"cost": { "count": 4, "totalUsd": 0.0500, "perExecutionUsd": 0.0125,
									"perSuccessfulExecutionUsd": 0.0125 },
								"provenance": { "missing": [
									"1 of 5 executions that have ended report no tokens, so that tokens are those of the others.",
									"1 of 5 executions that have ended report no cost, so that costs are those of the others." ] }
							}
							""");
	}

	@Test
	void withoutReportsTokensAndCostsAreUnknownAndNotZero() {
		UUID agent = executions().agent("no usage");
		executions().insert(TestExecution.completed(agent, ago(1), 100));
		graphQl()
			.document(
					"""
							query ($agent: ID!) {
								agentMetrics(agentId: $agent) {
									tokens { count total avg p50 exact histogram { count buckets { count } } } cost { count totalUsd perExecutionUsd perSuccessfulExecutionUsd }
									provenance { missing }
								}
							}
							""")
			.variable("agent", agent)
			.execute()
			.path("agentMetrics")
			.matchesJsonStrictly(
					"""
							{
								"tokens": { "count": 0, "total": 0, "avg": null, "p50": null, "exact": true, "histogram": { "count": 0, "buckets": [] } },
								"cost": { "count": 0, "totalUsd": 0, "perExecutionUsd": null, "perSuccessfulExecutionUsd": null },
								"provenance": { "missing": [] }
							}
							""");
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void filterLeavesOutOtherReleasesAndEnvironments(MetricType type) {
		UUID agent = executions().agent("filtered");
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		for (String version : new String[] { "1.0", "2.0", "" }) {
			for (String environment : new String[] { "production", "test", "" }) {
				UUID id = executions().insert(TestExecution.completed(agent, ago(3_000), 100));
				jdbc.sql("""
						update agent_executions
						set agent_version = nullif(:version, ''), environment = nullif(:environment, '')
						where id = :id
						""").param("version", version).param("environment", environment).param("id", id).update();
			}
		}
		aggregate(4);
		assertThat(total(agent, type, "{ versions: \"2.0\" }")).isEqualTo(3);
		assertThat(total(agent, type, "{ versions: [\"1.0\", \"2.0\"], environments: [\"test\"] }")).isEqualTo(2);
		assertThat(total(agent, type, "{ unknownVersion: true }")).isEqualTo(3);
		assertThat(total(agent, type, "{ unknownVersion: true, unknownEnvironment: true }")).isEqualTo(1);
		assertThat(total(agent, type, "{ versions: [\"1.0\"], unknownVersion: true }")).isEqualTo(6);
		assertThat(total(agent, type, "{ versions: [\"3.0\"] }")).isZero();
		assertThat(total(agent, type, "null")).isEqualTo(9);
	}

	private long total(UUID agent, MetricType type, String filter) {
		return graphQl().document("""
				{ agent(id: "%s") { metrics(metricType: %s, filter: %s) { totalExecutions } } }
				""".formatted(agent, type, filter))
			.execute()
			.path("agent.metrics.totalExecutions")
			.entity(Long.class)
			.get();
	}

	@Test
	void releasesAreListedWithTheirShareAndNumbers() {
		UUID agent = executions().agent("released");
		for (int i = 0; i < 4; i++) {
			executions().insert((i > 0) ? TestExecution.completed(agent, ago(100 - i), 100)
					: TestExecution.failed(agent, ago(100), 100, "no"));
		}
		JdbcClient.create(this.dataSource).sql("""
				update agent_executions set agent_version = '2.0', input_tokens = 8, cost_usd = 0.5
				where agent_id = :agent and status = 'COMPLETED'
				""").param("agent", agent).update();
		graphQl().document("""
				query ($agent: ID!) {
					agent(id: $agent) { releases(timeRange: LAST_7_DAYS) {
						version firstRun lastRun share totalExecutions successRate errorRate
						executionTimes { p95Ms } tokens { avg p95 } cost { perExecutionUsd } } }
				}
				""").variable("agent", agent).execute().path("agent.releases").matchesJsonStrictly("""
				[
					{ "version": "2.0", "firstRun": "%s", "lastRun": "%s", "share": 75.0, "totalExecutions": 3,
						"successRate": 100.0, "errorRate": 0.0, "executionTimes": { "p95Ms": 100 },
						"tokens": { "avg": 8.0, "p95": 8 }, "cost": { "perExecutionUsd": 0.5 } },
					{ "version": null, "firstRun": "%s", "lastRun": "%s", "share": 25.0, "totalExecutions": 1,
						"successRate": 0.0, "errorRate": 100.0, "executionTimes": { "p95Ms": 100 },
						"tokens": { "avg": null, "p95": null }, "cost": { "perExecutionUsd": null } }
				]
				""".formatted(ago(99), ago(97), ago(100), ago(100)));
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void releasesAreCompared(MetricType type) {
		UUID agent = executions().agent("compared");
		executions().insertAll(IntStream.range(0, 120)
			.mapToObj((i) -> (i % 3 == 0) ? TestExecution.failed(agent, ago(3_000 + i), 500, "no")
					: TestExecution.completed(agent, ago(3_000 + i), 100))
			.toList());
		// one of either before, to begin with
		JdbcClient.create(this.dataSource).sql("""
				update agent_executions
				set agent_version = case when execution_time_ms = 100 or id < '20000000-0000-0000-0000-000000000000'
					then '1.0' else '2.0' end, cost_usd = 0.25
				where agent_id = :agent
				""").param("agent", agent).update();
		aggregate(4);
		GraphQlTester.Response response = graphQl().document("""
				query ($agent: ID!, $type: MetricType!) {
					compare(agentId: $agent, baseline: { filter: { versions: "1.0" } },
							candidate: { timeRange: LAST_30_DAYS, filter: { versions: "2.0" } }, metricType: $type) {
						note summary
						baseline { successRate topErrors(first: 1) { count } } candidate { failedExecutions }
						successRate { baselineCount candidateCount pValue verdict values { name candidate percent } }
						executionTime { verdict sentence values { name baseline candidate difference percent } }
						tokens { verdict baselineCount } cost { verdict pValue sentence values { baseline } }
					}
				}
				""").variable("agent", agent).variable("type", type).execute();
		response.path("compare.note").valueIsNull();
		response.path("compare.successRate.verdict").entity(String.class).isEqualTo("LOWER");
		response.path("compare.successRate.pValue")
			.entity(Double.class)
			.satisfies((p) -> assertThat(p).isLessThan(1e-6));
		response.path("compare.successRate.values").matchesJson("[{ \"name\": \"RATE\", \"candidate\": 0.0 }]");
		response.path("compare.executionTime.verdict").entity(String.class).isEqualTo("HIGHER");
		response.path("compare.executionTime.values[1]").matchesJson("""
				{ "name": "P50", "baseline": 100.0, "candidate": 500.0, "difference": 400.0, "percent": 400.0 }
				""");
		response.path("compare.tokens").matchesJson("{ \"verdict\": \"TOO_FEW\", \"baselineCount\": 0 }");
		response.path("compare.cost").matchesJson("""
				{ "verdict": "NOT_TESTED", "pValue": null, "values": [{ "baseline": 0.25 }, {}] }
				""");
		response.path("compare.summary")
			.entity(String.class)
			.satisfies((summary) -> assertThat(summary).contains("lower by more than chance (p < 0.001)",
					"higher by more than chance (p < 0.001)"));
	}

	@Test
	void slicesThatOverlapAreShownButNotTested() {
		UUID agent = executions().agent("overlapping");
		executions().insert(TestExecution.completed(agent, ago(60), 100));
		graphQl()
			.document(
					"""
							query ($agent: ID!) {
								compare(agentId: $agent, baseline: {}, candidate: { filter: { versions: ["1"], unknownVersion: true } }) {
									note successRate { verdict values { baseline candidate } }
								}
							}
							""")
			.variable("agent", agent)
			.execute()
			.path("compare")
			.matchesJson(
					"""
							{ "successRate": { "verdict": "NOT_TESTED", "values": [{ "baseline": 100.0, "candidate": 100.0 }] } }
							""")
			.path("compare.note")
			.entity(String.class)
			.satisfies((note) -> assertThat(note).contains("in common"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{ versions: [] }", "{ environments: [] }", "{ versions: [\"1\", \" \"] }",
			"{ environments: [\"\\u0000\"] }", "{ versions: [\"%201d\"] }", "{ versions: [%101d] }" })
	void filterThatNamesNothingThatAnExecutionCanHaveIsRefused(String filter) {
		String sent = filter.replace("%201d", "x".repeat(201)).replace("%101d", "\"x\", ".repeat(101));
		graphQl()
			.document(
					"{ agentMetrics(agentId: \"%s\", filter: %s) { totalExecutions } }".formatted(new UUID(0, 1), sent))
			.execute()
			.errors()
			.satisfy((errors) -> {
				assertThat(errors).hasSize(1);
				assertThat(errors.getFirst().getExtensions()).containsEntry("kind", "BAD_INPUT");
				assertThat(errors.getFirst().getMessage()).startsWith("The argument 'filter").contains(" must ");
			});
	}

	@Test
	void metricsReturnData() {
		UUID agent = executions().agent("data");
		for (int i = 1; i <= 10; i++) {
			executions().insert((i <= 7) ? TestExecution.completed(agent, ago(i), 100 * i)
					: TestExecution.failed(agent, ago(i), 100 * i, "No answer after " + i + " s"));
		}
		executions().insert(TestExecution.running(agent, ago(20)));
		GraphQlTester.Response response = ask(agent, "LAST_7_DAYS", "REALTIME");
		response.path("agentMetrics").matchesJson("""
				{
					"agentId": "%s", "timeRange": "LAST_7_DAYS", "metricType": "REALTIME",
					"totalExecutions": 11, "successfulExecutions": 7, "failedExecutions": 3,
					"cancelledExecutions": 0, "inProgressExecutions": 1, "totalErrors": 3,
					"successRate": 70.0, "errorRate": 30.0,
					"executionTimes": { "count": 10, "avgMs": 550.0, "minMs": 100, "maxMs": 1000,
						"p50Ms": 500, "p95Ms": 1000, "p99Ms": 1000, "exact": true,
						"rankErrorPercent": { "p50": 0.0, "p95": 0.0, "p99": 0.0 } },
					"topErrors": [ { "error": "No answer after 10 s", "count": 3 } ],
					"trend": "IMPROVING"
				}
				""".formatted(agent));
		response.path("agentMetrics.provenance.from")
			.entity(Instant.class)
			.isEqualTo(this.clock.instant().minus(Duration.ofDays(7)))
			.path("agentMetrics.provenance.to")
			.entity(Instant.class)
			.isEqualTo(this.clock.instant())
			.path("agentMetrics.provenance.computedAt")
			.entity(Instant.class)
			.isEqualTo(this.clock.instant());
	}

	@Test
	void hybridAndSevenDaysAreMeantUnlessSomethingElseIsSaid() {
		UUID agent = executions().agent("default");
		graphQl().document(
				"{ agentMetrics(agentId: \"%1$s\") { metricType timeRange } agent(id: \"%1$s\") { metrics { metricType timeRange } } }"
					.formatted(agent))
			.execute()
			.path("")
			.matchesJson("""
					{ "agentMetrics": { "metricType": "HYBRID", "timeRange": "LAST_7_DAYS" },
						"agent": { "metrics": { "metricType": "HYBRID", "timeRange": "LAST_7_DAYS" } } }
					""");
	}

	@Test
	void ratesHaveTwoDecimals() {
		UUID agent = executions().agent("thirds");
		executions().insert(TestExecution.completed(agent, ago(1), 1));
		executions().insert(TestExecution.completed(agent, ago(2), 1));
		executions().insert(TestExecution.failed(agent, ago(3), 2, "no"));
		ask(agent, "LAST_1_DAY", "REALTIME").path("agentMetrics.successRate")
			.entity(Double.class)
			.isEqualTo(66.67)
			.path("agentMetrics.errorRate")
			.entity(Double.class)
			.isEqualTo(33.33)
			.path("agentMetrics.executionTimes.avgMs")
			.entity(Double.class)
			.isEqualTo(1.33);
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void agentWithoutExecutionsHasZerosNullTimesAndNoTrend(MetricType type) {
		for (UUID agent : List.of(executions().agent("idle"), UUID.randomUUID())) {
			ask(agent, "LAST_90_DAYS", type.name()).path("agentMetrics").matchesJson("""
					{
						"agentId": "%s", "timeRange": "LAST_90_DAYS", "metricType": "%s",
						"totalExecutions": 0, "successfulExecutions": 0, "failedExecutions": 0,
						"cancelledExecutions": 0, "inProgressExecutions": 0, "totalErrors": 0,
						"successRate": 0.0, "errorRate": 0.0,
						"executionTimes": { "count": 0, "avgMs": null, "minMs": null, "maxMs": null,
							"p50Ms": null, "p95Ms": null, "p99Ms": null, "exact": true,
							"rankErrorPercent": { "p50": 0.0, "p95": 0.0, "p99": 0.0 } },
						"topErrors": [], "trend": "NO_DATA"
					}
					""".formatted(agent, type));
		}
	}

	@Test
	void aggregatedIsOverTheCalendarDaysBeforeToday() {
		UUID agent = executions().agent("days");
		LocalDate today = this.clock.today();
		for (int day = 0; day <= 8; day++) {
			Instant start = today.minusDays(day).atStartOfDay().toInstant(ZoneOffset.UTC);
			executions().insert(TestExecution.failed(agent, start, 10, "Day " + day));
		}
		aggregate(10);
		GraphQlTester.Response response = ask(agent, "LAST_7_DAYS", "AGGREGATED");
		response.path("agentMetrics.totalExecutions")
			.entity(Long.class)
			.isEqualTo(7L)
			.path("agentMetrics.topErrors")
			.matchesJson("[ { \"error\": \"Day 7\", \"count\": 7 } ]")
			.path("agentMetrics.provenance.from")
			.entity(Instant.class)
			.isEqualTo(today.minusDays(7).atStartOfDay().toInstant(ZoneOffset.UTC))
			.path("agentMetrics.provenance.to")
			.entity(Instant.class)
			.isEqualTo(today.atStartOfDay().toInstant(ZoneOffset.UTC))
			.path("agentMetrics.provenance.aggregatedThrough")
			.entity(LocalDate.class)
			.isEqualTo(today.minusDays(1))
			.path("agentMetrics.provenance.zone")
			.entity(String.class)
			.isEqualTo("UTC");
	}

	@Test
	void dayThatIsNotClosedDoesNotCountAndTheAnswerSaysWhich() {
		UUID agent = executions().agent("late");
		for (int day = 1; day <= 5; day++) {
			executions().insert(TestExecution.completed(agent, ago(0).minus(Duration.ofDays(day)), 10));
		}
		aggregate(10);
		JdbcClient.create(this.dataSource)
			.sql("delete from aggregated_days where metric_date = :day")
			.param("day", this.clock.today().minusDays(2))
			.update();
		ask(agent, "LAST_7_DAYS", "AGGREGATED").path("agentMetrics.totalExecutions")
			.entity(Long.class)
			.isEqualTo(4L)
			.path("agentMetrics.provenance.missing")
			.entityList(String.class)
			.containsExactly("1 of its days is not aggregated yet: " + this.clock.today().minusDays(2) + ".")
			.path("agentMetrics.provenance.aggregatedThrough")
			.entity(LocalDate.class)
			.isEqualTo(this.clock.today().minusDays(3));
	}

	@Test
	void corruptTimesAreATypedErrorOfThatValueAlone() {
		UUID agent = executions().agent("corrupt");
		executions().insert(TestExecution.completed(agent, ago(0).minus(Duration.ofDays(1)), 10));
		aggregate(10);
		JdbcClient.create(this.dataSource)
			.sql("update agent_metrics set latency_sketch = '\\xcafe' where agent_id = :agent")
			.param("agent", agent)
			.update();
		graphQl().document(ALL)
			.variable("agent", agent)
			.variable("type", "AGGREGATED")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement().satisfies((error) -> {
				assertThat(error.getPath()).isEqualTo("agentMetrics.executionTimes");
				assertThat(error.getExtensions()).containsEntry("kind", "CORRUPT_DATA");
			}))
			.path("agentMetrics.executionTimes")
			.valueIsNull()
			.path("agentMetrics.totalExecutions")
			.entity(Long.class)
			.isEqualTo(1L);
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void aHundredAgentsCostAsManyStatementsAsOne(MetricType type) {
		TestExecutions executions = executions();
		IntStream.range(0, 100).forEach((i) -> {
			UUID agent = executions.agent("counted " + type + i);
			executions.insert(TestExecution.failed(agent, ago(0).minus(Duration.ofDays(1)), i, "no"));
		});
		aggregate(3);
		List<String> ofOne = this.dataSource.statementsOf(() -> askAll(1, type));
		List<String> ofMany = this.dataSource.statementsOf(() -> askAll(100, type));
		assertThat(ofOne)
			.as("agents, ledger, for HYBRID also what is closed, what has changed and what failed, days, executions; "
					+ "how to plan")
			.hasSizeBetween(4, (type == MetricType.HYBRID) ? 13 : 8);
		assertThat(ofMany).isEqualTo(ofOne);
	}

	@Test
	void errorsAreOnlyReadWhenAskedFor() {
		UUID agent = executions().agent("no errors");
		List<String> statements = this.dataSource.statementsOf(
				() -> graphQl().document("query ($agent: ID!) { agentMetrics(agentId: $agent) { totalErrors } }")
					.variable("agent", agent)
					.executeAndVerify());
		assertThat(statements).noneMatch((sql) -> sql.contains("left(error_message"));
	}

	@Test
	void manyQuestionsInOneRequestAreAnsweredTogether() {
		String selections = IntStream.range(0, 50)
			.mapToObj((i) -> "m%d: agentMetrics(agentId: \"%s\") { trend }".formatted(i, UUID.randomUUID()))
			.reduce("", String::concat);
		List<String> statements = this.dataSource
			.statementsOf(() -> graphQl().document("{" + selections + "}").executeAndVerify());
		assertThat(statements).filteredOn((sql) -> sql.contains("agent_executions")).hasSize(1);
	}

	private void askAll(int first, MetricType type) {
		graphQl().document(OF_ALL_AGENTS)
			.variable("first", first)
			.variable("type", type)
			.execute()
			.path("agents.edges[*].node.metrics.totalExecutions")
			.entityList(Long.class)
			.hasSize(first);
	}

	@Test
	void dayThatCouldNotBeAggregatedIsReadFromExecutionsOrToldOf() {
		UUID agent = executions().agent("failed day");
		executions().insert(TestExecution.completed(agent, ago(36 * 60), 7));
		aggregate(3);
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		LocalDate day = LocalDate.ofInstant(ago(36 * 60), ZoneOffset.UTC);
		jdbc.sql("delete from agent_metrics where agent_id = :agent").param("agent", agent).update();
		jdbc.sql("""
				insert into agent_day_failures (agent_id, metric_date, reason, program, snapshot)
				values (:agent, :day, 'broken', 'test', pg_current_snapshot())
				""").param("agent", agent).param("day", day).update();
		for (String type : List.of("HYBRID", "REALTIME")) {
			GraphQlTester.Response response = missing(agent, type);
			response.path("agentMetrics.totalExecutions").entity(Integer.class).isEqualTo(1);
			response.path("agentMetrics.provenance.missing").entityList(String.class).hasSize(0);
		}
		GraphQlTester.Response aggregated = missing(agent, "AGGREGATED");
		aggregated.path("agentMetrics.totalExecutions").entity(Integer.class).isEqualTo(0);
		aggregated.path("agentMetrics.provenance.missing")
			.entityList(String.class)
			.contains("1 day of this agent could not be aggregated and is left out: " + day + ".");
	}

	private GraphQlTester.Response missing(UUID agent, String type) {
		return graphQl().document("""
				{ agentMetrics(agentId: "%s", timeRange: LAST_7_DAYS, metricType: %s) {
					totalExecutions provenance { missing } } }
				""".formatted(agent, type)).execute();
	}

	private GraphQlTester.Response ask(UUID agent, String range, String type) {
		return graphQl().document(ALL)
			.variable("agent", agent)
			.variable("range", range)
			.variable("type", type)
			.execute();
	}

	private Instant ago(int minutes) {
		return this.clock.instant().minus(Duration.ofMinutes(minutes));
	}

}
