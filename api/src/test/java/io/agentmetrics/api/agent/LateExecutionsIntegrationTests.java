package io.agentmetrics.api.agent;

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers say which executions came too late to be counted.
 */
@TestPropertySource(properties = "agent-metrics.cache.open-windows=0s")
class LateExecutionsIntegrationTests extends ApiTest {

	@AfterEach
	void dropNothing() {
		jdbc().sql("update aggregation_state set raw_from = null").update();
		jdbc().sql("delete from late_executions").update();
	}

	@Test
	void answersWhoseWindowCoversTheirDaysSaySo() {
		UUID agent = executions().agent("late");
		UUID other = executions().agent("in time");
		executions().insert(TestExecution.completed(agent, this.clock.instant(), 1));
		LocalDate today = this.clock.today();
		aggregate(40);
		jdbc().sql("update aggregation_state set raw_from = :day").param("day", today.minusDays(10)).update();
		late(agent, today.minusDays(12), 7);
		late(agent, today.minusDays(11), 5);
		late(other, today.minusDays(50), 1);
		String sentence = "12 executions from %s to %s came or changed after their days' executions had been dropped; they are not counted."
			.formatted(today.minusDays(12), today.minusDays(11));
		assertThat(missing(agent, "LAST_30_DAYS", "AGGREGATED")).contains(sentence);
		assertThat(missing(agent, "LAST_30_DAYS", "HYBRID")).contains(sentence);
		assertThat(missing(agent, "LAST_7_DAYS", "HYBRID")).doesNotContain(sentence);
		assertThat(missing(other, "LAST_30_DAYS", "HYBRID"))
			.noneMatch((missing) -> missing.contains("came or changed"));
		assertThat(graphQl().document("{ dashboard { provenance { missing } } }")
			.execute()
			.path("dashboard.provenance.missing")
			.entityList(String.class)
			.get()).contains(sentence);
		for (String path : List.of("", "/" + agent)) {
			assertThat(http("http://localhost:" + this.port).get()
				.uri("/api/v1/agent-studio/agents" + path + "/metrics/export?format=json&from={from}&to={to}",
						today.minusDays(11), today.minusDays(9))
				.exchange()
				.expectBody(String.class)
				.returnResult()
				.getResponseBody()).contains("5 executions of " + today.minusDays(11) + " came or changed after");
		}
	}

	private List<String> missing(UUID agent, String range, String type) {
		return graphQl()
			.document("{ agentMetrics(agentId: \"%s\", timeRange: %s, metricType: %s) { provenance { missing } } }"
				.formatted(agent, range, type))
			.execute()
			.path("agentMetrics.provenance.missing")
			.entityList(String.class)
			.get();
	}

	private void late(UUID agent, LocalDate day, long executions) {
		jdbc().sql("insert into late_executions values (:agent, :day, :executions)")
			.param("agent", agent)
			.param("day", day)
			.param("executions", executions)
			.update();
	}

	private JdbcClient jdbc() {
		return JdbcClient.create(this.dataSource);
	}

}
