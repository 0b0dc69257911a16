package io.agentmetrics.api.health;

import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.GraphQlSocket;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.Test;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With health that is kept; {@link HealthIntegrationTests} compute it for each answer.
 */
@TestPropertySource(properties = "agent-metrics.health.kept=2s")
class HealthRefreshIntegrationTests extends ApiTest {

	private static final Duration PROMPTLY = Duration.ofSeconds(3);

	private static final String AGENTS = """
			{
				agents(first: 10, orderBy: HEALTH) { edges { node { name health { status } } } }
				alerts: agents(first: 1, health: [ALERT]) { totalCount }
			}
			""";

	@Test
	void whoAsksIsServedWhileTheNextIsComputedAndLivePagesAreToldOfIt() {
		UUID agent = executions().agent("agent");
		store(agent, ExecutionStatus.COMPLETED);
		assertThat(status()).isEqualTo("OK");
		try (HttpClient client = HttpClient.newHttpClient();
				GraphQlSocket socket = GraphQlSocket.admitted(client, this.port, Map.of())) {
			socket.subscribe("1", "subscription { dashboard { provenance { computedAt } } }");
			store(agent, ExecutionStatus.FAILED);
			while (socket.poll(PROMPTLY) != null) {
				// what was written is told of, but not what has not been asked for
			}
			// or what the page compares would not differ
			this.clock.advance(Duration.ofSeconds(1));
			assertThat(status()).isEqualTo("OK");
			assertThat(socket.next(PROMPTLY).path("type").asString()).isEqualTo("next");
			assertThat(status()).isEqualTo("ALERT");
		}
	}

	@Test
	void livePagesOfOtherAgentsAreToldAlsoWhileOneWritesAllTheTime() {
		UUID writing = executions().agent("writing");
		UUID quiet = executions().agent("quiet");
		graphQl().document("{ health { computedAt } }").executeAndVerify();
		try (HttpClient client = HttpClient.newHttpClient();
				GraphQlSocket socket = GraphQlSocket.admitted(client, this.port, Map.of());
				ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor()) {
			socket.subscribe("1",
					"subscription { agentMetrics(agentId: \"%s\") { totalExecutions provenance { computedAt } } }"
						.formatted(quiet));
			assertThat(socket.next(Duration.ofSeconds(10)).path("type").asString()).isEqualTo("next");
			writer.scheduleWithFixedDelay(() -> store(writing, ExecutionStatus.COMPLETED), 0, 100,
					TimeUnit.MILLISECONDS);
			while (socket.poll(PROMPTLY) != null) {
				// time that has passed, at most
			}
			this.clock.advance(Duration.ofSeconds(1));
			graphQl().document("{ health { computedAt } }").executeAndVerify();
			assertThat(socket.next(PROMPTLY).path("type").asString()).isEqualTo("next");
			writer.shutdownNow();
		}
	}

	/** Returns the worst status, once it is seen that both fields are of one overview. */
	private String status() {
		GraphQlTester.Response answer = graphQl().document(AGENTS).execute();
		long alerts = answer.path("agents.edges[*].node.health.status")
			.entityList(String.class)
			.get()
			.stream()
			.filter("ALERT"::equals)
			.count();
		answer.path("alerts.totalCount").entity(Long.class).isEqualTo(alerts);
		return answer.path("agents.edges[0].node.health.status").entity(String.class).get();
	}

	private void store(UUID agent, ExecutionStatus status) {
		Instant start = this.clock.instant().minus(Duration.ofHours(1));
		executions().insertAll(IntStream.range(0, 20)
			.mapToObj((number) -> new TestExecution(agent, status, start.plusMillis(number), 1L, null, null))
			.toList());
	}

}
