package io.agentmetrics.api.exposition;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@TestPropertySource(properties = { "agent-metrics.exposition.interval=100ms", "agent-metrics.exposition.agents=20",
		"agent-metrics.exposition.at-zero=1s" })
class ExpositionIntegrationTests extends ApiTest {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Test
	void finishedExecutionsAreShownByAgent() {
		await().atMost(SOON).until(() -> scrape().contains("agent_metrics_publisher_leader 1.0"));
		UUID agent = executions().agent("a");
		executions().insertAll(List.of(TestExecution.completed(agent, this.clock.instant(), 1_000),
				TestExecution.completed(agent, this.clock.instant(), 1_001),
				TestExecution.completed(agent, this.clock.instant(), 90_000_000),
				TestExecution.failed(agent, this.clock.instant(), 60_000, "no")));
		JdbcClient.create(this.dataSource)
			.sql("""
					insert into agent_executions (agent_id, user_id, status, execution_start, agent_version,
						input_tokens, output_tokens, cached_input_tokens, cost_usd)
					select :agent, gen_random_uuid(), 'CANCELLED', now(), 'v1', 1000, 20, 300, 0.25 from generate_series(1, 3)
					""")
			.param("agent", agent)
			.update();
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(scrape()).contains(
					line("agent_execution_total{agent_id=\"%s\",status=\"COMPLETED\"} 3.0", agent),
					line("agent_execution_total{agent_id=\"%s\",status=\"FAILED\"} 1.0", agent),
					line("agent_execution_tokens_total{agent_id=\"%s\",type=\"input\"} 3000.0", agent),
					line("agent_execution_tokens_total{agent_id=\"%s\",type=\"output\"} 60.0", agent),
					line("agent_execution_tokens_total{agent_id=\"%s\",type=\"cached_input\"} 900.0", agent),
					line("agent_execution_cost_usd_total{agent_id=\"%s\"} 0.75", agent),
					line("agent_execution_duration_seconds_bucket{agent_id=\"%s\",le=\"0.5\"} 0", agent),
					line("agent_execution_duration_seconds_bucket{agent_id=\"%s\",le=\"1.0\"} 1", agent),
					line("agent_execution_duration_seconds_bucket{agent_id=\"%s\",le=\"2.0\"} 2", agent),
					line("agent_execution_duration_seconds_bucket{agent_id=\"%s\",le=\"86400.0\"} 3", agent),
					line("agent_execution_duration_seconds_bucket{agent_id=\"%s\",le=\"+Inf\"} 4", agent),
					line("agent_execution_duration_seconds_count{agent_id=\"%s\"} 4", agent),
					line("agent_execution_duration_seconds_sum{agent_id=\"%s\"} 90062.001", agent),
					line("agent_execution_errors_total{agent_id=\"%s\",error_type=\"TestError\"} 1.0", agent),
					line("agent_success_rate{agent_id=\"%s\"} 75.0", agent)));
		assertThat(scrape()).contains("agent_metrics_publisher_lag_seconds 0.0",
				"agent_metrics_series_agents_limit 20.0");
	}

	@Test
	void seriesStayBoundedHoweverManyAgentsErrorTypesAndUrlsThereAre() {
		List<UUID> agents = IntStream.range(0, 300)
			.mapToObj((number) -> executions().agent("agent " + number))
			.toList();
		for (int error = 0; error < 3; error++) {
			String type = "Error " + error;
			executions().insertAll(agents.stream()
				.map((agent) -> new TestExecution(agent, ExecutionStatus.TIMEOUT, this.clock.instant(), 10L,
						type + agent, "no"))
				.toList());
		}
		for (int url = 0; url < 100; url++) {
			http("http://localhost:" + this.port).get().uri("/nowhere/" + url).exchange().expectStatus().isNotFound();
		}
		await().atMost(SOON).until(() -> scrape().contains("agent_metrics_series_agents 20.0"));
		List<String> series = scrape().lines().filter((line) -> line.startsWith("agent_")).toList();
		// 21 agents with 4 statuses, 18 lines of a histogram, 21 error types, a rate and
		// 4
		// of tokens and costs each, and what is about us
		assertThat(series).hasSizeLessThan(21 * (4 + 18 + 21 + 1 + 4) + 20);
		assertThat(scrape().lines().filter((line) -> line.startsWith("http_server_requests_seconds_count")))
			.hasSizeLessThan(10);
		assertThat(scrape()).doesNotContain("user_id");
	}

	private static String line(String format, UUID agent) {
		return format.formatted(agent) + "\n";
	}

	private String scrape() {
		return Objects.requireNonNull(management().get()
			.uri("/actuator/prometheus")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
	}

}
