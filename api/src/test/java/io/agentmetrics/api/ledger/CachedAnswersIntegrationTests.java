package io.agentmetrics.api.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
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

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.cache.open-windows=10m")
class CachedAnswersIntegrationTests extends ApiTest {

	private static final String METRICS = """
			query ($agent: ID!, $type: MetricType! = REALTIME) {
				agentMetrics(agentId: $agent, metricType: $type) {
					totalExecutions successRate executionTimes { p95Ms } provenance { computedAt }
				}
			}
			""";

	@Test
	void answerFromTheCacheSaysWhenItWasComputed() {
		UUID agent = executions().agent("kept");
		Instant asked = this.clock.instant();
		ask(agent, "REALTIME");
		executions().insert(TestExecution.completed(agent, asked.minusSeconds(1), 1));
		this.clock.advance(Duration.ofSeconds(3));
		ask(agent, "REALTIME").path("agentMetrics.provenance.computedAt")
			.entity(Instant.class)
			.isEqualTo(asked)
			.path("agentMetrics.totalExecutions")
			.entity(Long.class)
			.isEqualTo(0L);
	}

	@Test
	void twoHundredClientsWhoMissTheSameAnswerCostOneStatement() throws Exception {
		UUID agent = executions().agent("stampede");
		executions().insertAll(IntStream.range(0, 20_000)
			.mapToObj((i) -> TestExecution.completed(agent, this.clock.instant().minusSeconds(i + 1), i))
			.toList());
		List<String> statements = this.dataSource.statementsOf(() -> {
			try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
				Callable<Long> client = () -> ask(agent, "REALTIME").path("agentMetrics.totalExecutions")
					.entity(Long.class)
					.get();
				for (Future<Long> total : clients.invokeAll(IntStream.range(0, 200).mapToObj((i) -> client).toList())) {
					assertThat(total.get()).isEqualTo(20_000);
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(statements).filteredOn((sql) -> sql.contains("agent_executions")).hasSize(1);
	}

	@Test
	void twoHundredClientsWhoMissTheSameHybridAnswerCostWhatOneDoes() throws Exception {
		UUID agent = executions().agent("hybrid stampede");
		executions().insertAll(IntStream.range(0, 5_000)
			.mapToObj((i) -> TestExecution.completed(agent, this.clock.instant().minusSeconds(60L * i + 1), i))
			.toList());
		aggregate(5);
		List<String> ofOne = this.dataSource.statementsOf(() -> ask(UUID.randomUUID(), "HYBRID"));
		List<String> ofMany = this.dataSource.statementsOf(() -> {
			try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
				Callable<Long> client = () -> ask(agent, "HYBRID").path("agentMetrics.totalExecutions")
					.entity(Long.class)
					.get();
				for (Future<Long> total : clients.invokeAll(IntStream.range(0, 200).mapToObj((i) -> client).toList())) {
					assertThat(total.get()).isEqualTo(5_000);
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(ofMany).isEqualTo(ofOne);
	}

	@Test
	void windowOfClosedDaysIsAnsweredFromTheCache() {
		UUID agent = executions().agent("closed window");
		Instant midnight = this.clock.today().atStartOfDay().toInstant(ZoneOffset.UTC);
		executions().insert(TestExecution.completed(agent, midnight.minusSeconds(100_000), 1));
		aggregate(5);
		String window = "{ agentMetrics(agentId: \"%s\", metricType: AGGREGATED, between: { from: \"%s\", to: \"%s\" }) { totalExecutions } }"
			.formatted(agent, midnight.minus(Duration.ofDays(3)), midnight);
		graphQl().document(window).executeAndVerify();
		assertThat(this.dataSource.statementsOf(() -> graphQl().document(window).executeAndVerify())).isEmpty();
	}

	@Test
	void closedDaysAreAnsweredFromTheCacheAlsoLater() {
		UUID agent = executions().agent("closed");
		executions().insert(TestExecution.completed(agent, this.clock.instant().minus(Duration.ofDays(2)), 1));
		aggregate(5);
		ask(agent, "AGGREGATED");
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(this.dataSource.statementsOf(() -> ask(agent, "AGGREGATED"))).isEmpty();
	}

	@Test
	void statisticsOfEveryCacheAreExported() {
		ask(UUID.randomUUID(), "REALTIME");
		ask(UUID.randomUUID(), "AGGREGATED");
		String metrics = new String(management().get()
			.uri("/actuator/prometheus")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.returnResult()
			.getResponseBodyContent());
		for (String cache : List.of("ledger", "agent-metrics-open", "agent-metrics-closed", "dashboard-counts",
				"dashboard-rankings", "dashboard-trends")) {
			assertThat(metrics).contains("cache_gets_total{cache=\"" + cache + "\",result=\"hit\"}",
					"cache_gets_total{cache=\"" + cache + "\",result=\"miss\"}");
		}
		assertThat(metrics).containsPattern("cache_gets_total\\{cache=\"agent-metrics-open\",result=\"miss\"} [1-9]");
	}

	private GraphQlTester.Response ask(UUID agent, String type) {
		return graphQl().document(METRICS).variable("agent", agent).variable("type", type).execute();
	}

}
