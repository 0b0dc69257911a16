package io.agentmetrics.api.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.cache.open-windows=0s")
class DashboardIntegrationTests extends ApiTest {

	@BeforeEach
	void storeExecutions() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		List.of("agent_metrics", "agent_error_groups", "aggregated_days", "aggregation_shards", "agent_executions",
				"first_executions", "agents")
			.forEach((table) -> jdbc.sql("delete from " + table).update());
		// success rates over the last days: 100, 90, 50, and 0 of too few
		store("perfect", 20, 0);
		store("good", 18, 2);
		store("bad", 10, 10);
		store("rare", 0, 5);
		executions().agent("idle");
	}

	@Test
	void countsAreRollingAndExact() {
		aggregate(40);
		UUID agent = executions().agent("more");
		for (long hours : new long[] { 0, 23, 25, 24 * 7 - 1, 24 * 7 + 1, 24 * 30 - 1, 24 * 30 + 1 }) {
			executions().insert(TestExecution.running(agent, hoursAgo(hours).minusMillis(1)));
		}
		ask("totalAgents totalExecutions24h totalExecutions7d totalExecutions30d averageSuccessRate").path("dashboard")
			.matchesJson("""
					{
						"totalAgents": 6,
						"totalExecutions24h": 2, "totalExecutions7d": 69, "totalExecutions30d": 71,
						"averageSuccessRate": 73.85
					}
					""");
	}

	@Test
	void totalsStandBesideThoseOfTheSameLengthBefore() {
		aggregate(70);
		UUID agent = executions().agent("more");
		executions().insert(TestExecution.completed(agent, hoursAgo(1), 1));
		executions().insert(TestExecution.completed(agent, hoursAgo(30), 1));
		executions().insert(TestExecution.failed(agent, hoursAgo(47), 1, "no"));
		executions().insert(TestExecution.completed(agent, hoursAgo(24 * 10), 1));
		executions().insert(TestExecution.completed(agent, hoursAgo(24 * 59), 1));
		GraphQlTester.Response response = ask(
				"""
						last24Hours { from to totalExecutions successfulExecutions failedExecutions successRate errorRate
							previous { from to totalExecutions failedExecutions successRate previous { to } change { %1$s { percent } } }
							change { %1$s { current previous difference percent } failedExecutions { current previous }
								successRate { current previous difference significant } errorRate { difference } } }
						last7Days { totalExecutions previous { totalExecutions } change { %1$s { significant } } }
						last30Days { totalExecutions previous { totalExecutions } }
						"""
					.formatted("totalExecutions"));
		Instant now = this.clock.instant();
		response.path("dashboard.last24Hours")
			.matchesJson(
					"""
							{
								"from": "%s", "to": "%s", "totalExecutions": 1, "successfulExecutions": 1,
								"failedExecutions": 0, "successRate": 100.0, "errorRate": 0.0,
								"previous": { "from": "%s", "to": "%s", "totalExecutions": 2, "failedExecutions": 1,
									"successRate": 50.0, "previous": null, "change": null },
								"change": {
									"totalExecutions": { "current": 1.0, "previous": 2.0, "difference": -1.0, "percent": -50.0 },
									"failedExecutions": { "current": 0.0, "previous": 1.0 },
									"successRate": { "current": 100.0, "previous": 50.0, "difference": 50.0, "significant": false },
									"errorRate": { "difference": -50.0 }
								}
							}
							"""
						.formatted(json(now.minus(Duration.ofDays(1))), json(now), json(now.minus(Duration.ofDays(2))),
								json(now.minus(Duration.ofDays(1)))));
		response.path("dashboard.last7Days").matchesJson("""
				{ "totalExecutions": 68, "previous": { "totalExecutions": 1 },
					"change": { "totalExecutions": { "significant": true } } }
				""");
		response.path("dashboard.last30Days")
			.matchesJson("{ \"totalExecutions\": 69, \"previous\": { \"totalExecutions\": 1 } }");
	}

	@Test
	void windowThatBeganBeforeTheFirstExecutionIsNotComparable() {
		UUID agent = executions().agent("nine days old");
		executions().insertAll(IntStream.range(0, 900)
			// of the seven days before these seven there are two
			.mapToObj((i) -> TestExecution.completed(agent, hoursAgo(24 * (i / 100) + 1), 1))
			.toList());
		aggregate(9);
		ask("last24Hours { change { comparable } } last7Days { change { comparable totalExecutions { significant } } }")
			.path("dashboard")
			.matchesJson("""
					{
						"last24Hours": { "change": { "comparable": true } },
						"last7Days": { "change": { "comparable": false, "totalExecutions": { "significant": false } } }
					}
					""");
	}

	@Test
	void allTotalsTogetherCostTwoStatementsBesideLedgerAndAgents() {
		aggregate(70);
		assertThat(this.dataSource
			.statementsOf(() -> ask("totalExecutions24h last24Hours { %1$s } last7Days { %1$s } last30Days { %1$s }"
				.formatted("totalExecutions previous { totalExecutions } change { errorRate { significant } }"))))
			.hasSize(4);
	}

	@Test
	void rankingsLeaveOutAgentsWithFewFinishedExecutions() {
		aggregate(40);
		ask("topPerformingAgents { agent { name } totalExecutions successRate errorRate p95Ms }")
			.path("dashboard.topPerformingAgents")
			.matchesJson("""
					[
						{ "agent": { "name": "perfect" }, "totalExecutions": 20, "successRate": 100.0,
							"errorRate": 0.0, "p95Ms": 19 },
						{ "agent": { "name": "good" }, "totalExecutions": 20, "successRate": 90.0,
							"errorRate": 10.0, "p95Ms": 19 },
						{ "agent": { "name": "bad" }, "totalExecutions": 20, "successRate": 50.0,
							"errorRate": 50.0, "p95Ms": 19 }
					]
					""");
	}

	@Test
	void rankingIsCutAtFirst() {
		aggregate(40);
		ask("topPerformingAgents(first: 1) { agent { name } }").path("dashboard.topPerformingAgents[*].agent.name")
			.entityList(String.class)
			.containsExactly("perfect");
	}

	@Test
	void agentHasIssuesWhenItsErrorRateIsAboveTheLimit() {
		aggregate(40);
		JdbcClient.create(this.dataSource).sql("update agents set external_id = 'jobs/' || name").update();
		ask("agentsWithIssues { agent { id name externalId } errorRate }")
			.path("dashboard.agentsWithIssues[*].agent.name")
			.entityList(String.class)
			.containsExactly("bad")
			.path("dashboard.agentsWithIssues[*].agent.externalId")
			.entityList(String.class)
			.containsExactly("jobs/bad");
	}

	@Test
	void rankingCostsTheSameStatementsHoweverManyAgents() {
		aggregate(40);
		List<String> ofOne = this.dataSource
			.statementsOf(() -> ask("topPerformingAgents(first: 1) { agent { name } p95Ms }"));
		List<String> ofMany = this.dataSource
			.statementsOf(() -> ask("topPerformingAgents(first: 100) { agent { name } p95Ms }"));
		assertThat(ofMany).isEqualTo(ofOne);
	}

	@Test
	void trendsHaveEveryDayBeforeToday() {
		aggregate(40);
		LocalDate today = this.clock.today();
		GraphQlTester.Response response = ask("executionTrends(timeRange: LAST_7_DAYS) "
				+ "{ date aggregated totalExecutions successfulExecutions failedExecutions successRate p95Ms }");
		response.path("dashboard.executionTrends[*].date")
			.entityList(LocalDate.class)
			.isEqualTo(today.minusDays(7).datesUntil(today).toList());
		response.path("dashboard.executionTrends[4]").matchesJson("""
				{
					"date": "%s", "aggregated": true, "totalExecutions": 65, "successfulExecutions": 48,
					"failedExecutions": 17, "successRate": 73.85, "p95Ms": 19
				}
				""".formatted(today.minusDays(3)));
		response.path("dashboard.executionTrends[5]").matchesJson("""
				{
					"date": "%s", "aggregated": true, "totalExecutions": 0, "successfulExecutions": 0,
					"failedExecutions": 0, "successRate": 0.0, "p95Ms": null
				}
				""".formatted(today.minusDays(2)));
	}

	@Test
	void daysThatAreNotClosedAreNotShownAsQuiet() {
		ask("executionTrends(timeRange: LAST_1_DAY) { aggregated }").path("dashboard.executionTrends[0].aggregated")
			.entity(Boolean.class)
			.isEqualTo(false);
	}

	@Test
	void withoutAggregatorCountsAreThereAndRankingsEmpty() {
		ask("totalExecutions7d topPerformingAgents { p95Ms } agentsWithIssues { p95Ms } provenance { aggregatedThrough }")
			.path("dashboard.totalExecutions7d")
			.entity(Long.class)
			.isEqualTo(65L)
			.path("dashboard.topPerformingAgents")
			.entityList(Object.class)
			.hasSize(0)
			.path("dashboard.agentsWithIssues")
			.entityList(Object.class)
			.hasSize(0)
			.path("dashboard.provenance.aggregatedThrough")
			.valueIsNull();
	}

	@Test
	void corruptTimesOfADayAreATypedErrorOfThatDayAlone() {
		aggregate(40);
		JdbcClient.create(this.dataSource)
			.sql("update aggregated_days set latency_sketch = '\\xcafe' where metric_date = :day")
			.param("day", this.clock.today().minusDays(3))
			.update();
		graphQl().document("{ dashboard { executionTrends(timeRange: LAST_7_DAYS) { totalExecutions p95Ms } } }")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement().satisfies((error) -> {
				assertThat(error.getPath()).isEqualTo("dashboard.executionTrends[4].p95Ms");
				assertThat(error.getExtensions()).containsEntry("kind", "CORRUPT_DATA");
			}))
			.path("dashboard.executionTrends[4].totalExecutions")
			.entity(Long.class)
			.isEqualTo(65L);
	}

	@Test
	void corruptTimesOfARankedAgentAreATypedErrorOfThatAgentAlone() {
		aggregate(40);
		JdbcClient.create(this.dataSource).sql("update agent_metrics set latency_sketch = '\\xcafe'").update();
		graphQl().document("{ dashboard { agentsWithIssues(first: 1) { totalExecutions p95Ms } } }")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement().satisfies((error) -> {
				assertThat(error.getPath()).isEqualTo("dashboard.agentsWithIssues[0].p95Ms");
				assertThat(error.getExtensions()).containsEntry("kind", "CORRUPT_DATA");
			}))
			.path("dashboard.agentsWithIssues[0].totalExecutions")
			.hasValue();
	}

	private void store(String name, int successful, int failed) {
		UUID agent = executions().agent(name);
		executions().insertAll(IntStream.range(0, successful + failed)
			.mapToObj((i) -> (i < successful) ? TestExecution.completed(agent, hoursAgo(24 * 3), i + 1)
					: TestExecution.failed(agent, hoursAgo(24 * 3), i + 1, "no"))
			.toList());
	}

	private static String json(Instant moment) {
		return DateTimeFormatter.ISO_INSTANT.format(moment);
	}

	private Instant hoursAgo(long hours) {
		return this.clock.instant().minus(Duration.ofHours(hours));
	}

	private GraphQlTester.Response ask(String fields) {
		return graphQl().document("{ dashboard { " + fields + " } }").execute();
	}

}
