package io.agentmetrics.api.dashboard;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.cache.open-windows=10m")
class CachedDashboardIntegrationTests extends ApiTest {

	@ParameterizedTest
	@ValueSource(strings = { "last24Hours { totalExecutions change { errorRate { significant } } }",
			"series(timeRange: LAST_30_DAYS) { points { totalExecutions p95Ms } }",
			"series(between: { from: \"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" }) { granularity }",
			"topPerformingAgents { p95Ms }", "agentsWithIssues { p95Ms }", "executionTrends { p95Ms }" })
	void secondAnswerCostsNoStatementThoughTimeGoesBy(String field) {
		ask(field);
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.dataSource.statementsOf(() -> ask(field))).isEmpty();
	}

	@Test
	void twoHundredClientsWhoMissTheSameSeriesCostItOnce() {
		UUID agent = executions().agent("stampede");
		executions().insertAll(IntStream.range(0, 5_000)
			.mapToObj((i) -> TestExecution.completed(agent, this.clock.instant().minusSeconds(i + 1), i))
			.toList());
		List<String> statements = this.dataSource.statementsOf(() -> {
			try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
				Callable<Integer> client = () -> ask("series(timeRange: LAST_1_DAY) { points { p95Ms } }");
				for (Future<Integer> points : clients
					.invokeAll(IntStream.range(0, 200).mapToObj((i) -> client).toList())) {
					assertThat(points.get()).isPositive();
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(statements).filteredOn((sql) -> sql.contains("times_ms")).hasSize(1);
		assertThat(statements).filteredOn((sql) -> sql.contains("from agents")).hasSize(1);
	}

	private int ask(String field) {
		return graphQl().document("{ dashboard { " + field + " } }")
			.execute()
			.path("dashboard")
			.entity(Object.class)
			.get()
			.toString()
			.length();
	}

}
