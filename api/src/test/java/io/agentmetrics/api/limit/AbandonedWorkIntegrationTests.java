package io.agentmetrics.api.limit;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Executions are locked, so that whoever reads them waits for as long as somebody lets
 * it.
 */
@TestPropertySource(properties = { "agent-metrics.limits.timeout=3s", "agent-metrics.exposition.enabled=false",
		"agent-metrics.cache.open-windows=1m" })
@ExtendWith(OutputCaptureExtension.class)
class AbandonedWorkIntegrationTests extends ApiTest {

	private static final String AGENT = UUID.randomUUID().toString();

	private static final String WAITING = """
			 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
			""";

	private static final Duration LIMIT = Duration.ofSeconds(3);

	/** On a busy machine an answer takes longer than the limit and a look. */
	private static final Duration SLACK = Duration.ofSeconds(2);

	private final HttpClient client = HttpClient.newHttpClient();

	private Connection lock;

	@BeforeEach
	void lock() throws SQLException {
		// kept: so only the series of a dashboard wait
		json(ask("{ dashboard { totalAgents } }", "203.0.113.200").join());
		this.lock = this.dataSource.getConnection();
		this.lock.setAutoCommit(false);
		try (Statement statement = this.lock.createStatement()) {
			statement.execute("lock table agent_executions in access exclusive mode");
		}
	}

	@AfterEach
	void unlock() throws SQLException {
		this.lock.rollback();
		this.lock.close();
		this.client.shutdownNow();
		await().atMost(Duration.ofSeconds(10)).until(() -> waiting() == 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "agentMetrics", "series", "executions" })
	void limitHoldsForManyFieldsThatWaitForTheDatabase(String field) throws Exception {
		long start = System.nanoTime();
		JsonNode answer = json(ask(query(field, 100), "203.0.113.1").join());
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(LIMIT.minusMillis(100), LIMIT.plus(SLACK));
		assertThat(answer.at("/errors").size()).isOne();
		assertThat(answer.at("/errors/0/extensions/kind").asString()).isEqualTo("TIMEOUT");
		assertThat(answer.at("/data").isMissingNode() || answer.at("/data").isNull()).isTrue();
		await().atMost(Duration.ofSeconds(1)).until(() -> waiting() == 0);
	}

	@Test
	void limitHoldsForPlainHttp() throws Exception {
		long start = System.nanoTime();
		HttpResponse<String> answer = this.client.send(HttpRequest
			.newBuilder(
					URI.create("http://localhost:" + this.port + "/api/v1/agent-studio/agents/" + AGENT + "/metrics"))
			.build(), BodyHandlers.ofString());
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.plus(SLACK));
		assertThat(answer.statusCode()).isEqualTo(504);
		assertThat(json(answer).path("kind").asString()).isEqualTo("TIMEOUT");
		await().atMost(Duration.ofSeconds(1)).until(() -> waiting() == 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "agentMetrics", "series", "executions", "GET" })
	void whatAClientHasAskedThatHangsUpEnds(String field, CapturedOutput output) throws IOException {
		Instant start = Instant.now();
		try (Socket socket = new Socket("localhost", this.port)) {
			String request;
			if (field.equals("GET")) {
				request = "GET /api/v1/agent-studio/agents/%s/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
					.formatted(AGENT);
			}
			else {
				String body = JsonMapper.shared().writeValueAsString(Map.of("query", query(field, 40)));
				request = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
						+ body.length() + "\r\n\r\n" + body;
			}
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			await().atMost(LIMIT).until(() -> waiting() > 0);
		}
		await().atMost(Duration.ofSeconds(1)).until(() -> waiting() == 0);
		assertThat(Duration.between(start, Instant.now())).as("not by the limit").isLessThan(LIMIT);
		assertThat(output.getAll()).doesNotContain("ERROR", "\tat ");
	}

	@Test
	void greedyClientsLeaveOthersTheirAnswers() throws Exception {
		List<CompletableFuture<HttpResponse<String>>> greedy = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			greedy.add(ask(query("series", 150), "203.0.113." + i));
		}
		await().atMost(LIMIT).until(() -> waiting() >= 9);
		for (int i = 0; i < 20; i++) {
			JsonNode answer = json(
					ask("{ agents(search: \"%d\") { totalCount } }".formatted(i), "203.0.113.100").join());
			assertThat(answer.at("/data/agents/totalCount").asLong(-1)).isZero();
			assertThat(waiting()).isLessThanOrEqualTo(9);
		}
		greedy.forEach(CompletableFuture::join);
	}

	@Test
	void answerThatSomebodyElseHasGivenUpIsComputedAgain() throws Exception {
		String query = "{ agentMetrics(agentId: \"%s\") { totalExecutions } }".formatted(UUID.randomUUID());
		CompletableFuture<HttpResponse<String>> patient;
		try (Socket socket = new Socket("localhost", this.port)) {
			String body = JsonMapper.shared().writeValueAsString(Map.of("query", query));
			socket.getOutputStream()
				.write(("POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
						+ body.length() + "\r\n\r\n" + body)
					.getBytes(StandardCharsets.US_ASCII));
			await().atMost(LIMIT).until(() -> waiting() == 1);
			patient = ask(query, "203.0.113.9");
			// it waits for what the other computes
			await().during(Duration.ofMillis(200)).until(() -> waiting() == 1);
		}
		String abandoned = waitingSince();
		await().atMost(LIMIT).until(() -> waiting() == 1 && !waitingSince().equals(abandoned));
		this.lock.rollback();
		assertThat(json(patient.join()).at("/data/agentMetrics/totalExecutions").asLong(-1)).isZero();
	}

	private static String query(String field, int aliases) {
		IntFunction<String> one = switch (field) {
			case "agentMetrics" -> (i) -> "a%d: agentMetrics(agentId: \"%s\", between: { %s }) { totalExecutions }"
				.formatted(i, AGENT, window(i));
			case "series" -> (i) -> "a%d: dashboard { series(between: { %s }, granularity: DAY) { granularity } }"
				.formatted(i, window(i));
			default ->
				(i) -> "a%d: dashboard { totalExecutions24h } b%d: agentMetrics(agentId: \"%s\", between: { %s }) { topErrors(first: 3) { count } }"
					.formatted(i, i, AGENT, window(i));
		};
		return IntStream.range(0, aliases).mapToObj(one).collect(Collectors.joining(" ", "{ ", " }"));
	}

	private static String window(int i) {
		Instant to = Instant.parse("2026-11-01T00:00:00Z").plusSeconds(60L * i);
		return "from: \"%s\", to: \"%s\"".formatted(to.minus(Duration.ofDays(7)), to);
	}

	private CompletableFuture<HttpResponse<String>> ask(String query, String address) {
		return this.client.sendAsync(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/graphql"))
			.header("Content-Type", "application/json")
			.header("X-Forwarded-For", address)
			.POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(Map.of("query", query))))
			.build(), BodyHandlers.ofString());
	}

	private static JsonNode json(HttpResponse<String> response) {
		return JsonMapper.shared().readTree(response.body());
	}

	/** How many statements wait for the lock. */
	private int waiting() {
		return JdbcClient.create(this.dataSource).sql("select count(*)" + WAITING).query(Integer.class).single();
	}

	/** When the statement began that waits for the lock. */
	private String waitingSince() {
		return JdbcClient.create(this.dataSource)
			.sql("select coalesce(max(query_start)::text, 'none')" + WAITING)
			.query(String.class)
			.single();
	}

}
