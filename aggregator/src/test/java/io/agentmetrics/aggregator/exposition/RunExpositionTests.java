package io.agentmetrics.aggregator.exposition;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.sun.net.httpserver.HttpServer;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.db.Documentation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assertions.assertTimeout;

class RunExpositionTests {

	private static final RunProgress PROGRESS = new RunProgress(90, 7, 700, 1, 12_345_678, 99_000, 2, 5);

	@Test
	void runIsServedWhileItLasts() throws Exception {
		int port = freePort();
		RunExposition exposition = start(port, null);
		HttpResponse<String> answer = get(port, "/actuator/prometheus");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
		assertThat(answer.body()).contains("agent_metrics_aggregator_dates_planned 90.0\n",
				"agent_metrics_aggregator_dates_written_total 7.0\n",
				"agent_metrics_aggregator_agent_dates_written_total 700.0\n",
				"agent_metrics_aggregator_agent_dates_failed_total 1.0\n",
				"agent_metrics_aggregator_executions_read_total 1.2345678E7\n",
				"agent_metrics_aggregator_read_bytes_total 99000.0\n",
				"agent_metrics_aggregator_slices_in_flight 2.0\n", "jvm_memory_used_bytes{area=\"heap\"}");
		assertThat(get(port, "/anything").statusCode()).isEqualTo(404);
		exposition.close();
		assertThat(isFree(port)).isTrue();
	}

	@Test
	void everyMetricIsDocumentedAndNoOther() {
		String text = new RunMetrics(() -> PROGRESS).registry().scrape();
		assertThat(Documentation.page("docs/metrics.md").section("Of a run of the aggregator").find("(?m)^\\| `(\\w+)"))
			.containsExactlyInAnyOrderElementsOf(new Documentation(text).find("(?m)^# TYPE (\\w+)"));
	}

	@Test
	void portThatIsTakenIsNoFailure() throws IOException {
		try (ServerSocket taken = new ServerSocket(0)) {
			assertThatNoException().isThrownBy(() -> start(taken.getLocalPort(), null).close());
		}
	}

	@Test
	void runIsPushedAtItsEndByShard() throws IOException {
		Map<String, String> pushed = new ConcurrentHashMap<>();
		HttpServer gateway = gateway(202, pushed);
		start(-1, uri(gateway)).close();
		gateway.stop(0);
		assertThat(pushed).containsOnlyKeys("PUT /metrics/job/agent-metrics-aggregator/shard/1/shards/4");
		assertThat(pushed.values()).allSatisfy(
				(text) -> assertThat(text).contains("agent_metrics_aggregator_executions_read_total 1.2345678E7\n"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 404, 500 })
	void gatewayThatRefusesIsNoFailure(int status) throws IOException {
		HttpServer gateway = gateway(status, new ConcurrentHashMap<>());
		assertThatNoException().isThrownBy(() -> start(-1, uri(gateway)).close());
		gateway.stop(0);
	}

	@Test
	void gatewayThatIsDownIsNoFailure() throws IOException {
		URI nobody = URI.create("http://localhost:" + freePort());
		assertThatNoException().isThrownBy(() -> start(-1, nobody).close());
		assertThatNoException().isThrownBy(() -> start(-1, URI.create("http://no-such-host.invalid:9091")).close());
	}

	@Test
	void gatewayThatCannotBeAddressedIsNoFailureAndNothingIsServedAnyLonger() throws IOException {
		int port = freePort();
		assertThatNoException().isThrownBy(() -> start(port, URI.create("http://localhost:99999")).close());
		assertThat(isFree(port)).isTrue();
	}

	@Test
	void gatewayThatNeverAnswersDelaysTheEndBySecondsOnly() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			URI gateway = URI.create("http://localhost:" + silent.getLocalPort());
			assertTimeout(Duration.ofSeconds(6), () -> start(-1, gateway).close());
		}
	}

	private static RunExposition start(int port, @Nullable URI pushgateway) {
		return RunExposition.start(() -> PROGRESS, new Shard(1, 4), port, pushgateway);
	}

	private static HttpServer gateway(int status, Map<String, String> pushed) throws IOException {
		HttpServer gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		gateway.createContext("/", (exchange) -> {
			pushed.put(exchange.getRequestMethod() + " " + exchange.getRequestURI(),
					new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			exchange.sendResponseHeaders(status, -1);
			exchange.close();
		});
		gateway.start();
		return gateway;
	}

	/** With a slash at the end, as people write it. */
	private static URI uri(HttpServer server) {
		return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
	}

	private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
		try (HttpClient client = HttpClient.newHttpClient()) {
			return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
					HttpResponse.BodyHandlers.ofString());
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private static boolean isFree(int port) throws IOException {
		try (ServerSocket socket = new ServerSocket(port)) {
			return socket.isBound();
		}
	}

}
