package io.agentmetrics.api.startup;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.agentmetrics.api.GraphQlSocket;
import io.agentmetrics.db.TestDatabase;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessIntegrationTests {

	@Test
	void helpAndVersionAreAnsweredWithoutStarting() {
		try (ApiJar help = ApiJar.run("--help"); ApiJar version = ApiJar.run("--version")) {
			assertThat(help.exitCode()).isZero();
			assertThat(help.output()).contains("usage: java -jar api.jar", "SPRING_DATASOURCE_URL");
			assertThat(version.exitCode()).isZero();
			assertThat(version.output()).matches("Agent Metrics API \\d+\\.\\d+.*\\R");
		}
	}

	/** The process is told to write in Egypt's way, with ٠ to ٩. */
	@Test
	void digitsAreThoseOfJson() throws Exception {
		try (TestDatabase database = TestDatabase.create();
				ApiJar api = ApiJar.start(database, List.of(), Map.of("AGENT_METRICS_SECURITY_MODE", "none"));
				HttpClient client = HttpClient.newHttpClient()) {
			HttpResponse<String> response = client.send(HttpRequest
				.newBuilder(api.at("/api/v1/agent-studio/agents/metrics/export?from=2020-01-01&to=2026-01-01"))
				.build(), BodyHandlers.ofString());
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(JsonMapper.shared().readTree(response.body()).path("detail").asString()).contains(" 400 days ")
				.matches("\\p{ASCII}+");
			assertThat(api.output()).matches("\\p{ASCII}+");
		}
	}

	@Test
	void sigtermWithSubscribersIsNoErrorInTheLog() {
		try (TestDatabase database = TestDatabase.create();
				ApiJar api = ApiJar.start(database, List.of(), Map.of("AGENT_METRICS_SECURITY_MODE", "none"));
				HttpClient client = HttpClient.newHttpClient()) {
			try (GraphQlSocket socket = GraphQlSocket.admitted(client, api.port(), Map.of())) {
				socket.subscribe("1", "subscription { dashboard { totalAgents provenance { computedAt } } }");
				JsonNode event = socket.next(Duration.ofSeconds(20));
				assertThat(event.at("/payload/data/dashboard/totalAgents").asLong(-1)).isZero();
				assertThat(api.terminate()).isEqualTo(143);
			}
			assertThat(api.output()).doesNotContain(" ERROR ", "\tat ");
		}
	}

}
