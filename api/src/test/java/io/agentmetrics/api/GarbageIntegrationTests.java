package io.agentmetrics.api;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;

import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import io.agentmetrics.db.GarbageExecutions;
import io.agentmetrics.db.TestExecution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.graphql.GraphQlResponse;
import org.springframework.graphql.ResponseError;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.graphql.test.tester.HttpGraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever values stand in an agent's rows, every question of the schema is answered, and
 * of all other agents the same as without them. The short form asks for every field once
 * of one agent, of a list and of all together, and in some other ways and with other
 * values of arguments; {@code -Dapi.garbage.queries=100000} asks in all of them.
 */
@TestPropertySource(properties = { "agent-metrics.health.kept=0s", "agent-metrics.cache.open-windows=0s" })
class GarbageIntegrationTests extends ApiTest {

	private static final int QUERIES = Integer.getInteger("api.garbage.queries", 20);

	private static final int EXECUTIONS = Integer.getInteger("api.garbage.executions", 250);

	private static final long SEED = Long.getLong("api.garbage.seed", new Random().nextLong());

	private static final List<String> REST = List.of("/agents/%s/metrics", "/agents/%s/metrics?time_range=30d",
			"/agents/%s/metrics?metric_type=aggregated", "/agents/%s/metrics?metric_type=hybrid",
			"/agents/%s/metrics/export?format=json", "/agents/%s/metrics/export?format=csv");

	@Autowired
	private GraphQlSource source;

	private final Random random = new Random(SEED);

	private @Nullable HttpGraphQlTester client;

	@Test
	void garbageOfOneAgentHarmsNoOther() {
		System.out.println("-Dapi.garbage.seed=" + SEED);
		UUID healthy = storeHealthyAgents();
		aggregate(40);
		List<String> queries = queries(healthy);
		Map<String, Object> before = new LinkedHashMap<>();
		queries.forEach((query) -> before.put(query, ask(query).data()));
		Map<String, String> restBefore = rest(healthy);

		UUID garbage = new GarbageExecutions(this.dataSource, this.random, this.clock.instant()).store(EXECUTIONS);
		assertHarmsNoOther(queries, before, healthy, restBefore, garbage, false);

		aggregate(40);
		assertHarmsNoOther(queries, before, healthy, restBefore, garbage, false);

		damageStoredDays(garbage);
		assertHarmsNoOther(queries, before, healthy, restBefore, garbage, true);
	}

	private void assertHarmsNoOther(List<String> queries, Map<String, Object> before, UUID healthy,
			Map<String, String> restBefore, UUID garbage, boolean damaged) {
		for (String query : queries) {
			Answer answer = ask(query);
			answer.errors()
				.forEach((error) -> assertThat(damaged && isOf(garbage, answer.data(), error))
					.as("%s: %s at %s", query, error.getMessage(), error.getPath())
					.isTrue());
			assertNothingIsNullWithoutAnError(query, answer);
			if (isAboutSingleAgents(query) && !query.contains("{ cursor }")) {
				assertThat(without(garbage, answer.data())).as(query).isEqualTo(without(garbage, before.get(query)));
			}
			if (query.contains(healthy.toString())) {
				Answer own = ask(query.replace(healthy.toString(), garbage.toString()));
				own.errors()
					.forEach((error) -> assertThat(error.getExtensions()).as("%s: %s", query, error.getMessage())
						.containsEntry("kind", "CORRUPT_DATA"));
				assertThat(damaged || own.errors().isEmpty()).as("%s: %s", query, own.errors()).isTrue();
				assertNothingIsNullWithoutAnError(query, own);
			}
		}
		assertThat(rest(healthy)).isEqualTo(restBefore);
		rest(garbage);
		http("http://localhost:" + this.port).get()
			.uri("/api/v1/agent-studio/metrics/dashboard")
			.exchange()
			.expectStatus()
			.isOk();
		http("http://localhost:" + this.port).get()
			.uri("/api/v1/agent-studio/agents/metrics/export?format=csv")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.value((csv) -> assertThat(csv).contains(healthy.toString()));
	}

	/** Usual days, and one execution that is stuck. */
	private UUID storeHealthyAgents() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		List.of("agent_metrics", "agent_error_groups", "aggregated_days", "agent_executions", "agents")
			.forEach((table) -> jdbc.sql("delete from " + table).update());
		Instant now = this.clock.instant();
		UUID last = new UUID(0, 0);
		for (int number = 0; number < 4; number++) {
			last = executions().agent("healthy " + number);
			List<TestExecution> usual = new ArrayList<>();
			for (int i = 1; i < 300; i++) {
				Instant start = now.minus(Duration.ofMinutes(180L * i));
				usual.add((i % (10 + number) == 0) ? TestExecution.failed(last, start, i, "Request " + i + " failed")
						: TestExecution.completed(last, start, i));
			}
			usual.add(TestExecution.running(last, now.minus(Duration.ofHours(5))));
			executions().insertAll(usual);
		}
		return last;
	}

	private List<String> queries(UUID agent) {
		GraphQLSchema schema = this.source.schema();
		List<String> queries = new ArrayList<>(SchemaQueries.oneForEachField(schema, agent));
		List<String> more = new ArrayList<>(SchemaQueries.inEveryWay(schema, agent));
		more.removeAll(queries);
		Collections.shuffle(more, this.random);
		queries.addAll(more.subList(0, Math.min(QUERIES, more.size())));
		return queries;
	}

	/** As only a defect or a failing disk could leave them. */
	private void damageStoredDays(UUID agent) {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		for (String damage : List.of(
				"successful_executions = 9223372036854775807, total_executions = 9223372036854775807, "
						+ "failed_executions = 0, cancelled_executions = 0, in_progress_executions = 0",
				"hourly_counts = '\\xffff'", "latency_sketch = '\\x00'")) {
			jdbc.sql("update agent_metrics set " + damage + " where agent_id = :agent and metric_date = ("
					+ "select metric_date from agent_metrics where agent_id = :agent and metric_date < :today "
					+ "order by random() limit 1)")
				.param("agent", agent)
				.param("today", this.clock.today())
				.update();
		}
		// what is kept of closed days is kept until one of them changes
		jdbc.sql("update aggregated_days set revision = revision + 1, updated_at = now()").update();
	}

	private Answer ask(String query) {
		GraphQlResponse response = client().document(query).execute().returnResponse();
		return new Answer(response.getData(), response.getErrors());
	}

	/** One for all questions: to make one takes longer than most answers. */
	private HttpGraphQlTester client() {
		if (this.client == null) {
			this.client = graphQl();
		}
		return this.client;
	}

	private Map<String, String> rest(UUID agent) {
		Map<String, String> answers = new LinkedHashMap<>();
		for (String path : REST) {
			String body = http("http://localhost:" + this.port).get()
				.uri("/api/v1/agent-studio" + path.formatted(agent))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(String.class)
				.returnResult()
				.getResponseBody();
			// when it was written, and how far all agents are aggregated, is another
			// matter
			answers.put(path,
					String.valueOf(body)
						.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "…")
						.replaceAll("\"aggregated_?[tT]hrough\": ?(\"[0-9-]+\"|null)", "…")
						.replaceAll("\"revision\": ?\\d+|,\\d+,…", "…"));
		}
		return answers;
	}

	private static boolean isAboutSingleAgents(String query) {
		return query.startsWith("{ agents(") || query.startsWith("{ agent(") || query.startsWith("{ agentMetrics(")
				|| query.contains("agent { id");
	}

	/** Whether an error is due to what is stored of an agent. */
	private static boolean isOf(UUID agent, @Nullable Object data, ResponseError error) {
		if (!"CORRUPT_DATA".equals(error.getExtensions().get("kind"))) {
			return false;
		}
		// a day of all agents has its times from each of them
		if (String.valueOf(error.getMessage()).contains(agent.toString())
				|| error.getPath().contains("executionTrends")) {
			return true;
		}
		Object at = data;
		for (Object step : error.getParsedPath()) {
			at = (at instanceof Map<?, ?> map) ? map.get(step)
					: (at instanceof List<?> list && step instanceof Integer index) ? list.get(index) : null;
			if (at instanceof Map<?, ?> map && agent.toString().equals(map.get("id"))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Leaves out an agent, what counts it, when it was computed and how far all agents
	 * are aggregated: not to the end, once there is an execution older than all others.
	 */
	private static @Nullable Object without(UUID agent, @Nullable Object data) {
		return switch (data) {
			case Map<?, ?> map -> {
				Map<Object, @Nullable Object> rest = new LinkedHashMap<>();
				map.forEach((key, value) -> {
					if (!List.of("aggregatedThrough", "computedAt", "pageInfo", "totalCount").contains(key)) {
						rest.put(key, without(agent, value));
					}
				});
				yield rest;
			}
			case List<?> list -> list.stream()
				.filter((each) -> !String.valueOf(each).contains(agent.toString()))
				.map((each) -> without(agent, each))
				.toList();
			case null, default -> data;
		};
	}

	private void assertNothingIsNullWithoutAnError(String query, Answer answer) {
		List<String> failed = answer.errors().stream().map(ResponseError::getPath).toList();
		assertThat(answer.data()).as(query).isNotNull();
		findNulls(this.source.schema().getQueryType(), Objects.requireNonNull(answer.data()), "", query, failed);
	}

	private void findNulls(GraphQLObjectType type, Object data, String path, String query, List<String> failed) {
		if (data instanceof List<?> list) {
			for (int i = 0; i < list.size(); i++) {
				findNulls(type, Objects.requireNonNull(list.get(i)), path + "[" + i + "]", query, failed);
			}
			return;
		}
		((Map<?, ?>) data).forEach((name, value) -> {
			GraphQLFieldDefinition field = type.getFieldDefinition(String.valueOf(name));
			if (!(GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType of)) {
				return;
			}
			String at = path.isEmpty() ? String.valueOf(name) : path + "." + name;
			if (value != null) {
				findNulls(of, value, at, query, failed);
			}
			else if (!path.contains("previous")) {
				// the window before has none before it on the dashboard; a field that is
				// never null takes the object around it with it
				assertThat(failed).as(query).anyMatch((error) -> (error + ".").startsWith(at + "."));
			}
		});
	}

	/**
	 * What came back.
	 */
	private record Answer(@Nullable Object data, List<ResponseError> errors) {
	}

}
