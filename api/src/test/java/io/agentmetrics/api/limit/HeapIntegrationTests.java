package io.agentmetrics.api.limit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.agentmetrics.api.startup.ApiJar;
import io.agentmetrics.db.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The API with the heap that the image gives it, which ends the process when it is full.
 */
class HeapIntegrationTests {

	private static final int BODY = 262_143;

	private static TestDatabase database;

	private static ApiJar api;

	private final HttpClient client = HttpClient.newHttpClient();

	@BeforeAll
	static void start() {
		database = TestDatabase.create();
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		jdbc.sql(
				"insert into agents (id, name) select gen_random_uuid(), 'agent ' || number from generate_series(1, 100) number")
			.update();
		jdbc.sql(
				"""
						insert into agent_executions (agent_id, user_id, status, execution_start, execution_end, execution_time_ms, error_message)
						select id, gen_random_uuid(), 'FAILED', now() - number * interval '1 minute', now(), 100, repeat('Ж', 1990) || number
						from agents cross join generate_series(1, 100) number
						""")
			.update();
		api = ApiJar.start(database, List.of("-Xmx614m", "-XX:+ExitOnOutOfMemoryError"),
				Map.of("AGENT_METRICS_SECURITY_MODE", "none"));
	}

	@AfterAll
	static void stop() {
		if (api != null) {
			api.close();
		}
		database.close();
	}

	@Test
	void bodiesThatNeverEndDoNotFillTheHeap() throws Exception {
		List<Socket> sockets = new ArrayList<>();
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<Socket>> opened = IntStream.range(0, 2_600)
				.mapToObj((i) -> threads
					.submit(() -> open(List.of("POST /graphql", "GET /", "POST /nothing").get(i % 3))))
				.toList();
			for (Future<Socket> socket : opened) {
				sockets.add(socket.get());
			}
			await().atMost(Duration.ofSeconds(40)).ignoreExceptions().untilAsserted(this::assertGoodAnswer);
			assertThat(api.isAlive()).isTrue();
		}
		finally {
			for (Socket socket : sockets) {
				socket.close();
			}
		}
		assertThat(api.output()).doesNotContain("OutOfMemoryError");
	}

	@Test
	void listsOfLongTextsTimesAliasesAreTooMuch() throws Exception {
		String aliases = IntStream.range(0, 30)
			.mapToObj((i) -> "a%d: executions(first: %d) { edges { node { errorMessage } } }".formatted(i, 100 - i))
			.collect(Collectors.joining(" "));
		for (int i = 0; i < 3; i++) {
			JsonNode answer = ask("{ agents(first: 100) { edges { node { " + aliases + " } } } }");
			assertThat(answer.at("/errors").size()).isOne();
			assertThat(answer.at("/errors/0/extensions/kind").asString()).isEqualTo("TOO_COMPLEX");
			assertThat(answer.at("/errors/0/message").asString()).contains("32 MB", "fewer");
		}
		assertThat(api.isAlive()).isTrue();
		await().atMost(Duration.ofSeconds(1)).until(() -> statements() == 0);
		assertGoodAnswer();
	}

	@Test
	void fieldsTimesAliasesAreTooMuch() throws Exception {
		String aliases = IntStream.range(0, 40)
			.mapToObj((
					i) -> "a%d: metrics(timeRange: LAST_90_DAYS) { series(granularity: HOUR) { points { from to totalExecutions successfulExecutions p50Ms p95Ms successRate } } }"
						.formatted(i))
			.collect(Collectors.joining(" "));
		JsonNode answer = ask("{ agents(first: 100) { edges { node { " + aliases + " } } } }");
		assertThat(answer.at("/errors/0/extensions/kind").asString()).isIn("TOO_COMPLEX", "TIMEOUT");
		assertThat(api.isAlive()).isTrue();
		assertGoodAnswer();
	}

	private static Socket open(String line) throws IOException {
		Socket socket = new Socket();
		try {
			socket.connect(new InetSocketAddress("localhost", api.port()), 20_000);
			socket.getOutputStream()
				.write((line + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
						+ BODY + "\r\n\r\n" + "x".repeat(BODY - 1))
					.getBytes(StandardCharsets.US_ASCII));
		}
		catch (IOException ex) {
			// refused, as it may be
		}
		return socket;
	}

	private void assertGoodAnswer() throws Exception {
		assertThat(ask("{ agents(first: 1) { totalCount } }").at("/data/agents/totalCount").asInt()).isEqualTo(100);
	}

	private JsonNode ask(String query) throws Exception {
		return JsonMapper.shared()
			.readTree(
					this.client
						.send(HttpRequest.newBuilder(api.at("/graphql"))
							.timeout(Duration.ofSeconds(30))
							.header("Content-Type", "application/json")
							.POST(BodyPublishers
								.ofString(JsonMapper.shared().writeValueAsString(Map.of("query", query))))
							.build(), BodyHandlers.ofString())
						.body());
	}

	private static int statements() {
		return JdbcClient.create(database.dataSource()).sql("""
				select count(*) from pg_stat_activity
				where datname = current_database() and state = 'active' and query like '%page.starts%'
					and pid <> pg_backend_pid()
				""").query(Integer.class).single();
	}

}
