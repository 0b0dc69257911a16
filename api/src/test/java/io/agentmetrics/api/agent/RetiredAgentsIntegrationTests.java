package io.agentmetrics.api.agent;

import java.time.Duration;
import java.time.Instant;
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

@TestPropertySource(properties = { "agent-metrics.health.kept=0s", "agent-metrics.cache.open-windows=0s",
		"agent-metrics.cache.closed-days=0s", "agent-metrics.objectives.succeeds.success-rate=99",
		"agent-metrics.objectives.succeeds.names=*" })
class RetiredAgentsIntegrationTests extends ApiTest {

	private UUID runs = new UUID(0, 0);

	private UUID retires = new UUID(0, 0);

	@BeforeEach
	void storeAgents() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		List.of("agent_metrics", "agent_error_groups", "aggregated_days", "aggregation_shards", "agent_executions",
				"first_executions", "agents")
			.forEach((table) -> jdbc.sql("delete from " + table).update());
		this.runs = executions().agent("Runs");
		this.retires = executions().agent("Retires");
		for (UUID agent : List.of(this.runs, this.retires)) {
			for (Duration ago : List.of(Duration.ofMinutes(1), Duration.ofDays(2))) {
				executions().insertAll(IntStream.range(0, 20)
					.mapToObj((number) -> TestExecution.failed(agent, this.clock.instant().minus(ago), 5, "no"))
					.toList());
			}
		}
		aggregate(10);
	}

	@Test
	void retiredAgentLeavesListsRankingsHealthAndObjectivesUntilItRunsAgain() {
		assertListed(List.of("Retires", "Runs"));
		setRetired("now()");
		assertListed(List.of("Runs"));
		setRetired("null");
		assertListed(List.of("Retires", "Runs"));
	}

	@Test
	void whatItHasDoneStays() {
		setRetired("'2026-11-20 10:00+00'");
		GraphQlTester.Response answer = graphQl().document("""
				{ agent(id: "%s") { retiredAt health { status } metrics { totalExecutions } objectives { status } }
				dashboard { totalExecutions7d } }
				""".formatted(this.retires)).execute();
		answer.path("agent.retiredAt").entity(Instant.class).isEqualTo(Instant.parse("2026-11-20T10:00:00Z"));
		answer.path("agent.health.status").entity(String.class).isEqualTo("NO_DATA");
		answer.path("agent.metrics.totalExecutions").entity(Long.class).isEqualTo(40L);
		answer.path("agent.objectives").entityList(Object.class).hasSize(0);
		answer.path("dashboard.totalExecutions7d").entity(Long.class).isEqualTo(80L);
		graphQl().document("{ agent(id: \"%s\") { retiredAt } }".formatted(this.runs))
			.execute()
			.path("agent.retiredAt")
			.valueIsNull();
	}

	private void assertListed(List<String> names) {
		GraphQlTester.Response answer = graphQl().document("""
				{ agents { totalCount edges { node { name } } }
				found: agents(search: "R") { totalCount edges { node { name } } }
				failing: agents(orderBy: HEALTH, health: [ALERT]) { totalCount edges { node { name } } }
				dashboard { totalAgents agentsWithIssues { agent { name } } topPerformingAgents { agent { name } } }
				slice: dashboard(filter: { unknownVersion: true }) { totalAgents totalExecutions7d }
				agentsOfSlice: agents(filter: { unknownVersion: true }) { totalCount }
				objectives { edges { node { agent { name } } } } }
				""").execute();
		for (String number : List.of("dashboard.totalAgents", "slice.totalAgents", "agentsOfSlice.totalCount")) {
			answer.path(number).entity(Integer.class).isEqualTo(names.size());
		}
		answer.path("slice.totalExecutions7d").entity(Long.class).isEqualTo(80L);
		for (String list : List.of("agents", "found", "failing")) {
			answer.path(list + ".totalCount").entity(Integer.class).isEqualTo(names.size());
			assertThat(names(answer, list + ".edges[*].node.name")).containsExactlyInAnyOrderElementsOf(names);
		}
		assertThat(names(answer, "dashboard.agentsWithIssues[*].agent.name"))
			.containsExactlyInAnyOrderElementsOf(names);
		assertThat(names(answer, "dashboard.topPerformingAgents[*].agent.name"))
			.containsExactlyInAnyOrderElementsOf(names);
		assertThat(names(answer, "objectives.edges[*].node.agent.name")).containsExactlyInAnyOrderElementsOf(names);
	}

	private static List<String> names(GraphQlTester.Response answer, String path) {
		return answer.path(path).entityList(String.class).get();
	}

	private void setRetired(String moment) {
		JdbcClient.create(this.dataSource)
			.sql("update agents set retired_at = %s where name = 'Retires'".formatted(moment))
			.update();
	}

}
