package io.agentmetrics.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the real programs say of themselves while they run.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogsAndTracesIntegrationTests {

	private static final Map<String, String> JSON = Map.of("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");

	private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

	private Product product;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.product = Product.migrated(directory);
	}

	@AfterAll
	void stop() throws Exception {
		this.product.close();
	}

	@Test
	void aggregatorLogsForPeopleUnlessToldOtherwise() throws Exception {
		assertThat(this.product.aggregator().output())
			.containsPattern("(?m)^\\S+ INFO  Aggregator - Nothing to aggregate .*days=\"0\"");
	}

	@Test
	void aggregatorLogsOneJsonObjectALine() throws Exception {
		Product.Run run = this.product.aggregatorWith(JSON);
		assertThat(run.exitCode()).isZero();
		List<JsonNode> lines = objects(run.output());
		assertThat(lines).anySatisfy((line) -> {
			assertThat(line.path("message").asString()).isEqualTo("Nothing to aggregate");
			assertThat(line.path("status").asString()).isEqualTo("COMPLETED");
			assertThat(line.path("service").path("name").asString()).isEqualTo("agent-metrics-aggregator");
		});
	}

	@Test
	void apiLogsOneJsonObjectALineWithTheIdOfTheRequest() throws Exception {
		Map<String, String> settings = new HashMap<>(JSON);
		settings.put("SPRING_DATASOURCE_HIKARI_CONNECTIONINITSQL", "set statement_timeout = '200ms'");
		try (Product.RunningApi api = this.product.api(settings);
				Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("lock table agents in access exclusive mode");
			ask(api, Map.of("X-Request-Id", "mine"));
		}
		assertThat(objects(this.product.apiLog())).anySatisfy((line) -> {
			assertThat(line.path("message").asString()).isEqualTo("A field could not be answered");
			assertThat(line.path("requestId").asString()).isEqualTo("mine");
			assertThat(line.path("kind").asString()).isEqualTo("TIMEOUT");
			assertThat(line.has("traceId")).isFalse();
		});
	}

	@Test
	void tracesGoToTheCollectorWhereTheProfileIsOn() throws Exception {
		try (Collector collector = new Collector();
				Product.RunningApi api = this.product.api(tracesTo(collector, "demo,tracing"))) {
			ask(api, Map.of("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));
			String trace = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
			// the spans inside the request end, and come, before its own
			assertThat(collector.until("graphql", 20)).contains(trace, "agent-metrics-api", "graphql");
		}
	}

	@Test
	void nothingIsTracedByDefault() throws Exception {
		try (Collector collector = new Collector();
				Product.RunningApi api = this.product.api(tracesTo(collector, "demo"))) {
			ask(api, Map.of("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));
			assertThat(collector.until("agent-metrics-api", 1)).isEmpty();
		}
	}

	private static Map<String, String> tracesTo(Collector collector, String profiles) {
		return Map.of("SPRING_PROFILES_ACTIVE", profiles, "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
				collector.address(), "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULEDELAY", "100ms");
	}

	private static void ask(Product.RunningApi api, Map<String, String> headers) throws Exception {
		URI address = api.address().resolve("/graphql");
		HttpRequest.Builder request = HttpRequest.newBuilder(address)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"query\": \"{ agents { totalCount } }\"}"));
		headers.forEach(request::header);
		try (HttpClient client = HttpClient.newHttpClient()) {
			assertThat(client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
		}
	}

	private static List<JsonNode> objects(String log) {
		return log.lines().map(GraphQlClient::parse).toList();
	}

}
