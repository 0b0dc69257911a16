package io.agentmetrics.api.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
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
				"agents")
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
		ask("agentsWithIssues { agent { id name } errorRate }").path("dashboard.agentsWithIssues[*].agent.name")
			.entityList(String.class)
			.containsExactly("bad");
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

	private void store(String name, int successful, int failed) {
		UUID agent = executions().agent(name);
		executions().insertAll(IntStream.range(0, successful + failed)
			.mapToObj((i) -> (i < successful) ? TestExecution.completed(agent, hoursAgo(24 * 3), i + 1)
					: TestExecution.failed(agent, hoursAgo(24 * 3), i + 1, "no"))
			.toList());
	}

	private Instant hoursAgo(long hours) {
		return this.clock.instant().minus(Duration.ofHours(hours));
	}

	private GraphQlTester.Response ask(String fields) {
		return graphQl().document("{ dashboard { " + fields + " } }").execute();
	}

}
