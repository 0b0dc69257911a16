package io.agentmetrics.api.push;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.GraphQlSocket;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@TestPropertySource(
		properties = { "agent-metrics.push.maximum-subscriptions=210", "spring.graphql.http.sse.keep-alive=500ms" })
@ExtendWith(OutputCaptureExtension.class)
class PushIntegrationTests extends ApiTest {

	private static final Duration PROMPTLY = Duration.ofSeconds(3);

	private static final String DASHBOARD = "subscription { dashboard { totalExecutions24h provenance { computedAt } } }";

	private static final String AGENT = """
			subscription { agentMetrics(agentId: "%s") { totalExecutions provenance { to } } }""";

	@Autowired
	private Subscriptions subscriptions;

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterEach
	void everyoneIsForgotten() {
		this.client.shutdownNow();
		await().atMost(Duration.ofSeconds(10)).until(() -> this.subscriptions.active() == 0);
	}

	@Test
	void insertReachesAWebSocket() {
		UUID agent = executions().agent("watched");
		try (GraphQlSocket socket = socket()) {
			socket.subscribe("1", AGENT.formatted(agent));
			assertThat(total(socket.next(Duration.ofSeconds(10)))).isZero();
			insert(agent);
			assertThat(total(socket.next(PROMPTLY))).isOne();
			insert(agent);
			assertThat(total(socket.next(PROMPTLY))).isEqualTo(2);
			socket.send(Map.of("type", "complete", "id", "1"));
			await().atMost(PROMPTLY).until(() -> this.subscriptions.active() == 0);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "provenance { computedAt }", "__typename", "totalAgents", "from: totalExecutions24h",
			"provenance: totalExecutions24h computedAt: totalAgents" })
	void insertReachesASubscriberWhateverItSelects(String selection) {
		UUID agent = executions().agent("watched for " + selection);
		try (GraphQlSocket socket = socket()) {
			socket.subscribe("1", "subscription { dashboard { " + selection + " } }");
			assertThat(socket.next(Duration.ofSeconds(10)).path("type").asString()).isEqualTo("next");
			// between two looks, and far from the one a minute that comes without a
			// change
			assertThat(socket.poll(Duration.ofSeconds(4))).isNull();
			insert(agent);
			assertThat(socket.next(PROMPTLY).at("/payload/data/dashboard").isObject()).isTrue();
			assertThat(socket.poll(PROMPTLY)).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/event-stream, multipart/mixed", "text/event-stream;q=0.9",
			"multipart/mixed, text/event-stream" })
	void subscriptionIsAnsweredWhateverElseAStreamMayBe(String accept) throws Exception {
		try (Stream<String> lines = events(DASHBOARD, accept).body()) {
			assertThat(lines.filter((line) -> line.startsWith("data:")).findFirst().orElseThrow())
				.contains("totalExecutions24h");
		}
	}

	@Test
	void errorOfAnEventNamesTheRequest() throws Exception {
		HttpRequest request = request(
				"subscription { dashboard { topPerformingAgents(first: 100000) { totalExecutions } } }",
				"text/event-stream")
			.header("X-Request-Id", "asked-1")
			.build();
		try (Stream<String> lines = this.client.send(request, BodyHandlers.ofLines()).body()) {
			assertThat(lines.filter((line) -> line.startsWith("data:")).findFirst().orElseThrow())
				.contains("\"errors\"", "\"requestId\":\"asked-1\"");
		}
	}

	@Test
	void queryAsServerSentEventsIsOneEvent() throws Exception {
		HttpResponse<Stream<String>> response = events("{ dashboard { totalAgents } }");
		assertThat(response.headers().firstValue("X-Accel-Buffering")).contains("no");
		try (Stream<String> lines = response.body()) {
			assertThat(String.join("", lines.toList())).contains("totalAgents", "event:complete")
				.doesNotContain("errors");
		}
	}

	@Test
	void errorOfAQueryIsJsonToAClientThatTakesStreamsToo() throws Exception {
		String accept = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed";
		try (Stream<String> lines = events("{ agents(first: 0) { totalCount } }", accept).body()) {
			assertThat(JsonMapper.shared()
				.readTree(String.join("", lines.toList()))
				.at("/errors/0/extensions/kind")
				.asString()).isEqualTo("BAD_INPUT");
		}
	}

	@Test
	void subscribersThatLeaveAreNoLineOfTheLog(CapturedOutput output) throws Exception {
		UUID agent = executions().agent("left");
		GraphQlSocket completing = socket();
		GraphQlSocket vanishing = socket();
		completing.subscribe("1", DASHBOARD);
		vanishing.subscribe("1", DASHBOARD);
		Stream<String> lines = events(DASHBOARD).body();
		Iterator<String> events = lines.filter((line) -> line.startsWith("data:{")).iterator();
		events.next();
		completing.next(Duration.ofSeconds(10));
		vanishing.next(Duration.ofSeconds(10));
		completing.send(Map.of("type", "complete", "id", "1"));
		vanishing.close();
		lines.close();
		insert(agent);
		await().atMost(Duration.ofSeconds(10)).until(() -> this.subscriptions.active() == 0);
		completing.close();
		assertThat(output.getAll()).doesNotContain("ERROR", "\tat ");
	}

	@Test
	void deletionReachesTheDashboard() {
		UUID agent = executions().agent("corrected");
		UUID execution = insert(agent);
		try (GraphQlSocket socket = socket()) {
			socket.subscribe("1", DASHBOARD);
			long before = socket.next(Duration.ofSeconds(10)).at("/payload/data/dashboard/totalExecutions24h").asLong();
			executions().delete(execution);
			assertThat(socket.next(PROMPTLY).at("/payload/data/dashboard/totalExecutions24h").asLong())
				.isEqualTo(before - 1);
		}
	}

	@Test
	void insertReachesAReaderOfServerSentEvents() throws Exception {
		UUID agent = executions().agent("watched by events");
		try (Stream<String> lines = events(AGENT.formatted(agent)).body()) {
			Iterator<JsonNode> data = lines.filter((line) -> line.startsWith("data:{"))
				.map((line) -> JsonMapper.shared().readTree(line.substring(5)))
				.iterator();
			assertThat(data.next().at("/data/agentMetrics/totalExecutions").asLong()).isZero();
			insert(agent);
			long start = System.nanoTime();
			assertThat(data.next().at("/data/agentMetrics/totalExecutions").asLong()).isOne();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPTLY);
		}
	}

	@Test
	void refusedSubscriptionSaysWhyInItsOnlyEvent() throws Exception {
		try (Stream<String> lines = events("subscription { agentMetrics(agentId: \"12\") { trend } }").body()) {
			assertThat(String.join("", lines.toList())).contains("'agentId' must be a UUID", "BAD_INPUT", "complete");
		}
		try (Stream<String> lines = events("subscription { nothing { trend } }").body()) {
			assertThat(String.join("", lines.toList())).contains("nothing", "BAD_INPUT", "complete");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/graphql-response+json", "*/*", "" })
	void subscriptionThatNoStreamIsAskedForIsRefused(String accept) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/graphql"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(Map.of("query", DASHBOARD))));
		if (!accept.isEmpty()) {
			request.header("Accept", accept);
		}
		JsonNode answer = JsonMapper.shared()
			.readTree(this.client.send(request.build(), BodyHandlers.ofString()).body());
		assertThat(answer.has("data")).isFalse();
		assertThat(answer.at("/errors/0/extensions/kind").asString()).isEqualTo("BAD_INPUT");
		assertThat(answer.at("/errors/0/message").asString()).contains("WebSocket", "text/event-stream");
		assertThat(answer.at("/errors/0/extensions/requestId").isString()).isTrue();
		assertThat(this.subscriptions.active()).isZero();
	}

	@Test
	void changeOfAnotherAgentSendsNothing() {
		UUID agent = executions().agent("quiet");
		UUID other = executions().agent("busy");
		try (GraphQlSocket socket = socket()) {
			socket.subscribe("1", AGENT.formatted(agent));
			socket.next(Duration.ofSeconds(10));
			insert(other);
			assertThat(socket.poll(PROMPTLY)).isNull();
		}
	}

	@Test
	void twoHundredSubscribersCostOneLook() {
		UUID agent = executions().agent("popular");
		List<GraphQlSocket> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < 20; i++) {
				GraphQlSocket socket = socket();
				sockets.add(socket);
				for (int j = 0; j < 10; j++) {
					socket.subscribe("" + j, AGENT.formatted(agent));
				}
			}
			sockets.forEach((socket) -> receive(socket, 10));
			List<String> looks = this.dataSource.statementsOf(() -> {
				insert(agent);
				sockets.forEach((socket) -> receive(socket, 10));
			});
			assertThat(looks.stream().filter((sql) -> sql.contains("from execution_changes")).count()).isBetween(1L,
					4L);
			assertThat(looks.stream()
				.filter((sql) -> sql.contains("from agent_executions") && !sql.contains("deletions"))
				.filter((sql) -> sql.contains("execution_time_ms"))
				.count()).isLessThanOrEqualTo(4);
		}
		finally {
			sockets.forEach(GraphQlSocket::close);
		}
	}

	@Test
	void oneSubscriptionTooManyIsRefused() {
		UUID agent = executions().agent("too popular");
		try (GraphQlSocket socket = socket()) {
			for (int i = 0; i < 210; i++) {
				socket.subscribe("" + i, AGENT.formatted(agent));
			}
			receive(socket, 210);
			socket.subscribe("one more", AGENT.formatted(agent));
			JsonNode refusal = socket.next(Duration.ofSeconds(10));
			assertThat(refusal.path("type").asString()).isEqualTo("error");
			assertThat(refusal.at("/payload/0/extensions/kind").asString()).isEqualTo("UNAVAILABLE");
		}
	}

	@Test
	void subscriptionOutlivesADatabaseThatDoesNotAnswer() {
		UUID agent = executions().agent("patient");
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		try (GraphQlSocket socket = socket()) {
			socket.subscribe("1", AGENT.formatted(agent));
			assertThat(total(socket.next(Duration.ofSeconds(10)))).isZero();
			jdbc.sql("alter view execution_changes rename to away").update();
			try {
				// a look or two
				assertThat(socket.poll(PROMPTLY)).isNull();
				insert(agent);
				assertThat(socket.poll(PROMPTLY)).isNull();
			}
			finally {
				jdbc.sql("alter view away rename to execution_changes").update();
			}
			assertThat(total(socket.next(PROMPTLY))).isOne();
		}
	}

	private UUID insert(UUID agent) {
		return executions()
			.insert(TestExecution.completed(agent, this.clock.instant().minus(Duration.ofHours(1)), 100));
	}

	private GraphQlSocket socket() {
		return GraphQlSocket.admitted(this.client, this.port, Map.of());
	}

	private HttpResponse<Stream<String>> events(String query) throws Exception {
		return events(query, "text/event-stream");
	}

	private HttpResponse<Stream<String>> events(String query, String accept) throws Exception {
		return this.client.send(request(query, accept).build(), BodyHandlers.ofLines());
	}

	private HttpRequest.Builder request(String query, String accept) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/graphql"))
			.header("Content-Type", "application/json")
			.header("Accept", accept)
			.POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(Map.of("query", query))));
	}

	private static void receive(GraphQlSocket socket, int messages) {
		for (int i = 0; i < messages; i++) {
			assertThat(socket.next(Duration.ofSeconds(20)).path("type").asString()).isEqualTo("next");
		}
	}

	private static long total(JsonNode message) {
		return message.at("/payload/data/agentMetrics/totalExecutions").asLong(-1);
	}

}
