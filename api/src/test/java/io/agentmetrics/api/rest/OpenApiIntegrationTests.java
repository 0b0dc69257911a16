package io.agentmetrics.api.rest;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds what {@code /v3/api-docs} says against real answers.
 */
@TestPropertySource(properties = "agent-metrics.cache.open-windows=0s")
class OpenApiIntegrationTests extends ApiTest {

	private static final String PATHS = "/api/v1/agent-studio";

	private static final String METRICS = PATHS + "/agents/{agent_id}/metrics";

	private static final String DASHBOARD = PATHS + "/metrics/dashboard";

	private static final String RECEIVED_SPANS = PATHS + "/metrics/received-spans";

	@Test
	void answersAreAsTheyAreDescribed() {
		UUID agent = executions().agent("described");
		for (int i = 1; i <= 20; i++) {
			executions()
				.insert(TestExecution.failed(agent, this.clock.instant().minus(Duration.ofHours(30 + i)), i, "no"));
		}
		aggregate(40);
		JsonNode description = get("/v3/api-docs");
		assertAsDescribed(description, METRICS, get(METRICS.replace("{agent_id}", agent.toString())));
		assertAsDescribed(description, METRICS, get(METRICS.replace("{agent_id}", UUID.randomUUID().toString())));
		JsonNode withUsage = get(METRICS.replace("{agent_id}", agent.toString()) + "?usage=true");
		assertThat(withUsage.propertyNames()).contains("tokens", "cost");
		assertAsDescribed(description, METRICS, withUsage);
		assertAsDescribed(description, DASHBOARD, get(DASHBOARD));
		JdbcClient.create(this.dataSource).sql("""
				insert into span_receipts values ('shop', date_trunc('hour', :now), 'run', 3),
					('shop', date_trunc('hour', :now), 'rejected: no', 1)
				""").param("now", this.clock.instant().minus(Duration.ofHours(1)).atOffset(ZoneOffset.UTC)).update();
		JsonNode spans = get(RECEIVED_SPANS + "?time_range=1d&service=shop");
		assertThat(spans.at("/services/0/spans/rejections/0/reason").asString()).isEqualTo("no");
		assertThat(spans.at("/hours/0/spans/runs").asInt()).isEqualTo(3);
		assertAsDescribed(description, RECEIVED_SPANS, spans);
		assertAsDescribed(description, METRICS + "/export",
				get((METRICS + "/export?format=json").replace("{agent_id}", agent.toString())));
		assertAsDescribed(description, PATHS + "/agents/metrics/export",
				get(PATHS + "/agents/metrics/export?format=json"));
	}

	@Test
	void damagedAnswerIsAsItIsDescribed() {
		UUID agent = executions().agent("damaged");
		executions().insert(TestExecution.completed(agent, this.clock.instant().minus(Duration.ofDays(2)), 1));
		aggregate(40);
		JdbcClient.create(this.dataSource)
			.sql("update agent_metrics set latency_sketch = '\\xcafe', hourly_counts = '\\xcafe' where agent_id = :agent")
			.param("agent", agent)
			.update();
		JsonNode answer = get(METRICS.replace("{agent_id}", agent.toString()) + "?metric_type=aggregated");
		assertThat(answer.path("total_executions").asInt()).isOne();
		assertThat(answer.path("execution_times").isNull()).isTrue();
		assertThat(answer.path("trend").isNull()).isTrue();
		assertAsDescribed(get("/v3/api-docs"), METRICS, answer);
	}

	@Test
	void differencesAreFound() {
		ObjectNode answer = (ObjectNode) get(METRICS.replace("{agent_id}", UUID.randomUUID().toString()));
		answer.put("trend", "sideways").put("total_executions", "many").putNull("success_rate").put("more", 1);
		answer.remove("agent_id");
		JsonNode description = get("/v3/api-docs");
		assertThat(differences(description, schema(description, METRICS), answer, "")).containsExactlyInAnyOrder(
				".trend is \"sideways\", but described as one of "
						+ "[\"improving\",\"declining\",\"stable\",\"insufficient_data\",\"no_data\",null]",
				".total_executions is string, but described as [integer]",
				".success_rate is null, but described as [integer, number]", ".more is not described",
				".agent_id is not there");
	}

	@Test
	void mistakesAreDescribed() {
		JsonNode description = get("/v3/api-docs");
		JsonNode byController = get(METRICS.replace("{agent_id}", "12"));
		JsonNode bySpring = get(PATHS + "/nothing");
		JsonNode byFilter = post("/graphql", MediaType.APPLICATION_JSON, "x".repeat(300_000));
		JsonNode byRoute = post("/graphql", MediaType.TEXT_PLAIN, "{ dashboard { totalAgents } }");
		description.path("paths").forEach((path) -> {
			JsonNode schema = path.at("/get/responses/default/content/application~1problem+json/schema");
			assertThat(schema.isMissingNode()).isFalse();
			assertThat(List.of(byController, bySpring, byFilter, byRoute))
				.allSatisfy((problem) -> assertThat(differences(description, schema, problem, "")).isEmpty());
		});
		assertThat(byFilter.path("instance").asString()).isEqualTo("/graphql");
		assertThat(byRoute.path("status").asInt()).isEqualTo(415);
	}

	private static void assertAsDescribed(JsonNode description, String path, JsonNode answer) {
		assertThat(differences(description, schema(description, path), answer, path)).isEmpty();
	}

	private static JsonNode schema(JsonNode description, String path) {
		JsonNode schema = description.path("paths")
			.path(path)
			.at("/get/responses/200/content/application~1json/schema");
		assertThat(schema.isMissingNode()).as("schema of %s", path).isFalse();
		return schema;
	}

	private static List<String> differences(JsonNode description, JsonNode schema, JsonNode value, String where) {
		JsonNode described = schema.has("$ref") ? description.at(schema.path("$ref").asString().substring(1)) : schema;
		List<String> differences = new ArrayList<>();
		if (!types(described).contains(type(value))) {
			differences.add(where + " is " + type(value) + ", but described as " + types(described));
		}
		if (described.has("enum") && !described.path("enum").values().contains(value)) {
			differences.add(where + " is " + value + ", but described as one of " + described.path("enum"));
		}
		if (value.isObject()) {
			Set<String> names = new HashSet<>(described.path("properties").propertyNames());
			names.addAll(value.propertyNames());
			for (String name : names) {
				if (!value.has(name) && isOptional(described, name)) {
					continue;
				}
				if (!value.has(name) || !described.path("properties").has(name)) {
					differences.add(where + "." + name + " is " + (value.has(name) ? "not described" : "not there"));
				}
				else {
					differences.addAll(differences(description, described.path("properties").path(name),
							value.path(name), where + "." + name));
				}
			}
		}
		for (JsonNode element : value.isArray() ? value : JsonMapper.shared().createArrayNode()) {
			differences.addAll(differences(description, described.path("items"), element, where + "[]"));
		}
		return differences;
	}

	private static boolean isOptional(JsonNode described, String name) {
		return described.has("required") && described.path("required")
			.values()
			.stream()
			.noneMatch((required) -> required.asString().equals(name));
	}

	private static Set<String> types(JsonNode described) {
		Set<String> types = new TreeSet<>();
		if (described.path("type").isString()) {
			types.add(described.path("type").asString());
		}
		described.path("type").forEach((type) -> types.add(type.asString()));
		if (types.contains("number")) {
			types.add("integer");
		}
		return types;
	}

	private static String type(JsonNode value) {
		return switch (value.getNodeType()) {
			case OBJECT -> "object";
			case ARRAY -> "array";
			case STRING -> "string";
			case BOOLEAN -> "boolean";
			case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
			default -> "null";
		};
	}

	private JsonNode get(String path) {
		return json(http("http://localhost:" + this.port).get().uri(path).exchange());
	}

	private JsonNode post(String path, MediaType type, String body) {
		return json(
				http("http://localhost:" + this.port).post().uri(path).contentType(type).bodyValue(body).exchange());
	}

	private static JsonNode json(WebTestClient.ResponseSpec response) {
		return JsonMapper.shared()
			.readTree(Objects.requireNonNull(response.expectBody(String.class).returnResult().getResponseBody()));
	}

}
