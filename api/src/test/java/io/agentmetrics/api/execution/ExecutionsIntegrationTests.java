package io.agentmetrics.api.execution;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.api.trace-link="
		+ "https://traces.example.com/trace/{externalId}?from=agent-metrics")
class ExecutionsIntegrationTests extends ApiTest {

	private static final String MODERN = "agentVersion environment inputTokens outputTokens cachedInputTokens costUsd "
			+ "externalId link";

	@Test
	void executionHasAllItsFields() {
		UUID agent = executions().agent("known");
		UUID id = executions()
			.insert(TestExecution.failed(agent, this.clock.instant().minusSeconds(60), 1_500, "Timeout after 1 s"));
		ask(agent,
				"executions { edges { node { id agentId status executionStart executionEnd executionTimeMs errorType errorMessage } } }")
			.path("agent.executions.edges[0].node")
			.matchesJson("""
					{
						"id": "%s", "agentId": "%s", "status": "FAILED", "executionStart": "%s", "executionEnd": "%s",
						"executionTimeMs": 1500, "errorType": "TestError", "errorMessage": "Timeout after 1 s"
					}
					""".formatted(id, agent, this.clock.instant().minusSeconds(60),
					this.clock.instant().minusSeconds(60).plusMillis(1_500)));
	}

	@Test
	void runningExecutionHasNoEndAndNoTime() {
		UUID agent = executions().agent("busy");
		executions().insert(TestExecution.running(agent, this.clock.instant()));
		ask(agent, "executions { edges { node { status executionEnd executionTimeMs errorType errorMessage } } }")
			.path("agent.executions.edges[0].node")
			.matchesJson("""
					{
						"status": "RUNNING", "executionEnd": null, "executionTimeMs": null, "errorType": null,
						"errorMessage": null
					}
					""");
	}

	@Test
	void executionSaysItsReleaseTokensCostAndTrace() {
		UUID agent = executions().agent("modern");
		UUID id = executions().insert(TestExecution.running(agent, this.clock.instant()));
		JdbcClient.create(this.dataSource).sql("""
				update agent_executions
				set agent_version = 'v1', environment = 'production', input_tokens = 3000000000, output_tokens = 80,
					cached_input_tokens = 0, cost_usd = 0.012345678901234567890, external_id = 'a/b c'
				where id = :id
				""").param("id", id).update();
		ask(agent, "executions { edges { node { " + MODERN + " } } }").path("agent.executions.edges[0].node")
			.matchesJson(
					"""
							{
								"agentVersion": "v1", "environment": "production", "inputTokens": 3000000000, "outputTokens": 80,
								"cachedInputTokens": 0, "costUsd": 0.012345678901234567890, "externalId": "a/b c",
								"link": "https://traces.example.com/trace/a%2Fb%20c?from=agent-metrics"
							}
							""");
		assertThat(http("http://localhost:" + this.port).post()
			.uri("/graphql")
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(Map.of("query", document(agent, "executions { edges { node { costUsd } } }")))
			.exchange()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody()).contains("\"costUsd\":0.012345678901234567890}");
	}

	@Test
	void executionOfWhichNothingMoreIsSaidHasNoReleaseTokensCostOrTrace() {
		UUID agent = executions().agent("plain");
		executions().insert(TestExecution.running(agent, this.clock.instant()));
		ask(agent, "executions { edges { node { " + MODERN + " } } }").path("agent.executions.edges[0].node")
			.matchesJson("""
					{
						"agentVersion": null, "environment": null, "inputTokens": null, "outputTokens": null,
						"cachedInputTokens": null, "costUsd": null, "externalId": null, "link": null
					}
					""");
	}

	@Test
	void executionsThatStartInAnyYearAreListedByPages() {
		UUID agent = executions().agent("far future");
		executions().beforeThereWereBounds(() -> List
			.of("+294276-12-31T23:59:59.999999Z", "+294260-01-01T00:00:00Z", "+58873-08-11T07:50:10.500Z",
					"2000-01-01T00:00:00Z")
			.forEach((start) -> executions().insert(TestExecution.running(agent, Instant.parse(start)))));
		List<String> starts = new ArrayList<>();
		String after = "";
		for (int page = 0; page < 4; page++) {
			GraphQlTester.Response response = ask(agent,
					"executions(first: 1" + after + ") { pageInfo { endCursor } edges { node { executionStart } } }");
			starts.add(response.path("agent.executions.edges[0].node.executionStart").entity(String.class).get());
			after = ", after: \"" + response.path("agent.executions.pageInfo.endCursor").entity(String.class).get()
					+ "\"";
		}
		assertThat(starts).containsExactly("+294276-12-31T23:59:59.999999Z", "+294260-01-01T00:00:00Z",
				"+058873-08-11T07:50:10.500Z", "2000-01-01T00:00:00Z");
	}

	@Test
	void pagesGoOnAfterTheirCursors() {
		UUID agent = executions().agent("paged");
		storeMinutesApart(agent, 5);
		GraphQlTester.Response first = ask(agent, page("first: 2"));
		first.path("agent.executions.edges[*].node.executionTimeMs")
			.entityList(Long.class)
			.containsExactly(0L, 1L)
			.path("agent.executions.pageInfo.hasNextPage")
			.entity(Boolean.class)
			.isEqualTo(true)
			.path("agent.executions.pageInfo.hasPreviousPage")
			.entity(Boolean.class)
			.isEqualTo(false);
		String cursor = first.path("agent.executions.pageInfo.endCursor").entity(String.class).get();
		ask(agent, page("first: 3, after: \"%s\"".formatted(cursor)))
			.path("agent.executions.edges[*].node.executionTimeMs")
			.entityList(Long.class)
			.containsExactly(2L, 3L, 4L)
			.path("agent.executions.pageInfo.hasNextPage")
			.entity(Boolean.class)
			.isEqualTo(false)
			.path("agent.executions.pageInfo.hasPreviousPage")
			.entity(Boolean.class)
			.isEqualTo(true);
	}

	@Test
	void statusAndWindowFilter() {
		UUID agent = executions().agent("filtered");
		storeMinutesApart(agent, 5);
		executions().insert(TestExecution.failed(agent, this.clock.instant().minusSeconds(90), 77, "no"));
		ask(agent, page("status: [FAILED, TIMEOUT]")).path("agent.executions.edges[*].node.executionTimeMs")
			.entityList(Long.class)
			.containsExactly(77L);
		// right-open
		ask(agent,
				page("between: { from: \"%s\", to: \"%s\" }".formatted(
						this.clock.instant().minus(Duration.ofMinutes(3)),
						this.clock.instant().minus(Duration.ofMinutes(1)))))
			.path("agent.executions.edges[*].node.executionTimeMs")
			.entityList(Long.class)
			.containsExactly(77L, 2L, 3L);
	}

	@Test
	void agentWithoutExecutionsHasAnEmptyPage() {
		ask(executions().agent("idle"), page("first: 1")).path("agent.executions.edges")
			.entityList(Object.class)
			.hasSize(0)
			.path("agent.executions.pageInfo.endCursor")
			.valueIsNull();
	}

	@Test
	void cursorOfAnotherListIsRefused() {
		UUID agent = executions().agent("one");
		UUID other = executions().agent("other");
		storeMinutesApart(agent, 3);
		String cursor = ask(agent, page("first: 1")).path("agent.executions.pageInfo.endCursor")
			.entity(String.class)
			.get();
		assertRefused(other, "after: \"%s\"".formatted(cursor), "another agent, 'status' or 'between'");
		assertRefused(agent, "after: \"%s\", status: [COMPLETED]".formatted(cursor),
				"another agent, 'status' or 'between'");
		assertRefused(agent, "after: \"%s\", between: { from: \"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" }"
			.formatted(cursor), "another agent, 'status' or 'between'");
		String ofAgents = graphQl().document("{ agents(first: 1) { pageInfo { endCursor } } }")
			.execute()
			.path("agents.pageInfo.endCursor")
			.entity(String.class)
			.get();
		assertRefused(agent, "after: \"%s\"".formatted(ofAgents), "'after' is not a cursor of this list");
	}

	@ParameterizedTest
	@ValueSource(strings = { "first: 0", "first: 101", "after: \"' or 1=1 --\"", "status: []",
			"between: { from: \"2026-01-02T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" }",
			"between: { from: \"2020-01-02T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" }" })
	void whatCannotBeAskedIsRefused(String arguments) {
		assertRefused(executions().agent("any"), arguments, "");
	}

	@Test
	void hundredAgentsCostOneStatement() {
		IntStream.range(0, 30).forEach((i) -> storeMinutesApart(executions().agent("many " + i), 3));
		String query = "{ agents(search: \"many\", first: %d) { edges { node { executions(first: 2) { edges { node { executionTimeMs } } } } } } }";
		List<String> ofOne = this.dataSource
			.statementsOf(() -> graphQl().document(query.formatted(1)).executeAndVerify());
		List<String> ofMany = this.dataSource.statementsOf(() -> graphQl().document(query.formatted(100))
			.execute()
			.path("agents.edges[*].node.executions.edges[*].node.executionTimeMs")
			.entityList(Long.class)
			.hasSize(60));
		assertThat(ofOne).hasSize(2);
		assertThat(ofMany).isEqualTo(ofOne);
	}

	@Test
	void whatWentInIsNeverShown() {
		UUID agent = executions().agent("secretive");
		JdbcClient.create(this.dataSource).sql("""
				insert into agent_executions (agent_id, user_id, input_data, status, execution_start)
				values (:agent, gen_random_uuid(), '{"secret": 1}', 'COMPLETED', :start)
				""").param("agent", agent).param("start", this.clock.instant().atOffset(ZoneOffset.UTC)).update();
		List<String> statements = this.dataSource.statementsOf(() -> ask(agent, page("first: 1")));
		assertThat(statements).noneMatch((sql) -> sql.contains("input_data") || sql.contains("user_id"));
	}

	private void storeMinutesApart(UUID agent, int count) {
		executions().insertAll(IntStream.range(0, count)
			.mapToObj((i) -> new TestExecution(agent, ExecutionStatus.COMPLETED,
					this.clock.instant().minus(Duration.ofMinutes(i)), (long) i, null, null))
			.toList());
	}

	private void assertRefused(UUID agent, String arguments, String sentence) {
		graphQl().document(document(agent, page(arguments)))
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement().satisfies((error) -> {
				assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT");
				assertThat(error.getMessage()).contains(sentence);
			}));
	}

	private static String page(String arguments) {
		return "executions(" + arguments + ") { edges { cursor node { id executionTimeMs } }"
				+ " pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
	}

	private GraphQlTester.Response ask(UUID agent, String fields) {
		return graphQl().document(document(agent, fields)).execute();
	}

	private static String document(UUID agent, String fields) {
		return "{ agent(id: \"" + agent + "\") { " + fields + " } }";
	}

}
