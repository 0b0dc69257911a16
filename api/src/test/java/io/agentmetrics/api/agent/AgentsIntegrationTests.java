package io.agentmetrics.api.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class AgentsIntegrationTests extends ApiTest {

	private static final String PAGE = """
			query ($first: Int! = 20, $after: String, $search: String) {
				agents(first: $first, after: $after, search: $search) {
					totalCount
					pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
					edges { cursor node { id name externalId createdAt } }
				}
			}
			""";

	@BeforeEach
	void storeAgents() {
		JdbcClient.create(this.dataSource).sql("delete from agent_executions").update();
		JdbcClient.create(this.dataSource).sql("delete from agents").update();
		// several of one name, so that the order needs the id
		IntStream.range(0, 25).forEach((i) -> executions().agent("Agent " + "CBA".charAt(i % 3)));
	}

	@Test
	void agentIsFoundById() {
		UUID id = executions().agent("Straße 100 %");
		graphQl().document("query ($id: ID!) { agent(id: $id) { id name createdAt } }")
			.variable("id", id)
			.execute()
			.path("agent.id")
			.entity(UUID.class)
			.isEqualTo(id)
			.path("agent.name")
			.entity(String.class)
			.isEqualTo("Straße 100 %");
	}

	/** As Relay asks for more of a list inside an agent. */
	@Test
	void agentIsANode() {
		UUID id = executions().agent("a");
		Instant start = this.clock.instant().minus(Duration.ofHours(1));
		executions().insertAll(
				IntStream.range(0, 3).mapToObj((i) -> TestExecution.completed(id, start.plusSeconds(i), i)).toList());
		String more = """
				query ($id: ID!, $after: String) { node(id: $id) { __typename id ... on Agent {
					executions(first: 2, after: $after) { edges { node { executionTimeMs } } pageInfo { endCursor hasNextPage } }
				} } }
				""";
		String cursor = graphQl().document(more)
			.variable("id", id)
			.execute()
			.path("node.__typename")
			.entity(String.class)
			.isEqualTo("Agent")
			.path("node.id")
			.entity(UUID.class)
			.isEqualTo(id)
			.path("node.executions.pageInfo.endCursor")
			.entity(String.class)
			.get();
		graphQl().document(more)
			.variable("id", id)
			.variable("after", cursor)
			.execute()
			.path("node.executions.edges[*].node.executionTimeMs")
			.entityList(Long.class)
			.containsExactly(0L)
			.path("node.executions.pageInfo.hasNextPage")
			.entity(Boolean.class)
			.isEqualTo(false);
	}

	@Test
	void unknownNodeIsNull() {
		graphQl().document("query ($id: ID!) { node(id: $id) { id } }")
			.variable("id", UUID.randomUUID())
			.execute()
			.path("node")
			.valueIsNull();
	}

	@Test
	void unknownAgentIsNull() {
		graphQl().document("query ($id: ID!) { agent(id: $id) { id } }")
			.variable("id", UUID.randomUUID())
			.execute()
			.path("agent")
			.valueIsNull();
	}

	@Test
	void pagesJoinToTheWholeListByNameAndId() {
		List<String> listed = new ArrayList<>();
		String after = null;
		boolean more = true;
		for (int page = 0; more; page++) {
			GraphQlTester.Response response = page(
					(after != null) ? Map.of("first", 4, "after", after) : Map.of("first", 4));
			response.path("agents.edges[*].node")
				.entityList(Node.class)
				.get()
				.forEach((node) -> listed.add(node.toString()));
			response.path("agents.pageInfo.hasPreviousPage").entity(Boolean.class).isEqualTo(page > 0);
			after = response.path("agents.pageInfo.endCursor").entity(String.class).get();
			more = response.path("agents.pageInfo.hasNextPage").entity(Boolean.class).get();
		}
		assertThat(listed).hasSize(25).doesNotHaveDuplicates().isSorted();
	}

	@Test
	void pageGoesOnAfterAnAgentThatIsGone() {
		GraphQlTester.Response first = page(Map.of("first", 3));
		UUID last = first.path("agents.edges[2].node.id").entity(UUID.class).get();
		String cursor = first.path("agents.pageInfo.endCursor").entity(String.class).get();
		List<Node> rest = page(Map.of("first", 3, "after", cursor)).path("agents.edges[*].node")
			.entityList(Node.class)
			.get();
		JdbcClient.create(this.dataSource).sql("delete from agents where id = :id").param("id", last).update();
		page(Map.of("first", 3, "after", cursor)).path("agents.edges[*].node").entityList(Node.class).isEqualTo(rest);
	}

	@Test
	void searchFindsPartsOfNamesInAnyCase() {
		executions().agent("Straße 100 %");
		executions().agent("snake_case");
		page(Map.of("search", "gent b")).path("agents.totalCount").entity(Long.class).isEqualTo(8L);
		page(Map.of("search", "0 %")).path("agents.edges[*].node.name")
			.entityList(String.class)
			.containsExactly("Straße 100 %");
		page(Map.of("search", "_")).path("agents.edges[*].node.name")
			.entityList(String.class)
			.containsExactly("snake_case");
		page(Map.of("search", "' or 1=1 --")).path("agents.edges").entityList(Object.class).hasSize(0);
	}

	@Test
	void searchFindsWhatPlatformsCallAgentsAndTheAnswerTellsIt() {
		UUID id = executions().agent("Invoices");
		JdbcClient.create(this.dataSource)
			.sql("update agents set external_id = 'jobs/Reader-7' where id = :id")
			.param("id", id)
			.update();
		page(Map.of("search", "s/reader")).path("agents.totalCount")
			.entity(Long.class)
			.isEqualTo(1L)
			.path("agents.edges[0].node.externalId")
			.entity(String.class)
			.isEqualTo("jobs/Reader-7");
		page(Map.of("search", "gent b", "first", 1)).path("agents.totalCount")
			.entity(Long.class)
			.isEqualTo(8L)
			.path("agents.edges[0].node.externalId")
			.valueIsNull();
		graphQl().document("query ($id: ID!) { agent(id: $id) { externalId } }")
			.variable("id", id)
			.execute()
			.path("agent.externalId")
			.entity(String.class)
			.isEqualTo("jobs/Reader-7");
	}

	@Test
	void emptyPageHasNoCursors() {
		page(Map.of("search", "nobody")).path("agents.pageInfo.endCursor")
			.valueIsNull()
			.path("agents.pageInfo.hasNextPage")
			.entity(Boolean.class)
			.isEqualTo(false)
			.path("agents.totalCount")
			.entity(Long.class)
			.isEqualTo(0L);
	}

	@Test
	void cursorOfAnotherSearchIsRefused() {
		String cursor = page(Map.of("search", "Agent B")).path("agents.pageInfo.endCursor").entity(String.class).get();
		graphQl().document(PAGE)
			.variable("after", cursor)
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement()
				.satisfies((error) -> assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT")));
	}

	@Test
	void totalIsOnlyCountedWhenAskedFor() {
		List<String> statements = this.dataSource
			.statementsOf(() -> graphQl().document("{ agents { edges { node { id } } } }").executeAndVerify());
		assertThat(statements).hasSize(1);
	}

	private GraphQlTester.Response page(Map<String, Object> variables) {
		return graphQl().document(PAGE).variables(new HashMap<String, @Nullable Object>(variables)).execute();
	}

	record Node(UUID id, String name, @Nullable String externalId, String createdAt) {

		@Override
		public String toString() {
			return this.name + " " + this.id;
		}

	}

}
