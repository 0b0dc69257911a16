package io.agentmetrics.api.annotation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.metrics.source.TestUsage;
import io.agentmetrics.db.TestExecution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class AnnotationsIntegrationTests extends ApiTest {

	private static final UUID UNKNOWN = new UUID(0, 1);

	@AfterEach
	void forget() {
		jdbc().sql("delete from annotations").update();
	}

	@Test
	void annotationHasAllItsFields() {
		UUID agent = executions().agent("annotated");
		Instant start = this.clock.instant().minusSeconds(600);
		jdbc().sql("""
				insert into annotations (id, kind, starts_at, ends_at, text, agent_id, environment, link)
				values ('11111111-2222-4333-8444-555555555555', 'INCIDENT', '%s', '%s', 'The search was down', '%s',
					'production', 'https://status.example.com/8812')
				""".formatted(start, start.plusSeconds(60), agent)).update();
		ask("""
				annotations(agentId: "%s") { edges { node { id kind from to text agentId environment link } } }
				""".formatted(agent)).path("annotations.edges[*].node").matchesJson("""
				[{
					"id": "11111111-2222-4333-8444-555555555555", "kind": "INCIDENT", "from": "%s", "to": "%s",
					"text": "The search was down", "agentId": "%s", "environment": "production",
					"link": "https://status.example.com/8812"
				}]
				""".formatted(start, start.plusSeconds(60), agent));
		note("NOTE", start, null, "Plain", null, null);
		ask("annotations { edges { node { kind to text agentId environment link } } }")
			.path("annotations.edges[?(@.node.text=='Plain')].node")
			.matchesJson("""
					[{"kind": "NOTE", "to": null, "text": "Plain", "agentId": null, "environment": null, "link": null}]
					""");
	}

	@Test
	void whatBeginsOrGoesOnInTheWindowIsListedTheNewestFirst() {
		Instant from = this.clock.instant().minus(Duration.ofDays(3));
		Instant to = from.plus(Duration.ofDays(1));
		note("NOTE", to, null, "at the end", null, null);
		note("NOTE", to.minusMillis(1), null, "last", null, null);
		note("NOTE", from, null, "first", null, null);
		note("NOTE", from.minusMillis(1), null, "before", null, null);
		note("DEPLOYMENT", from.minusSeconds(9), from.plusMillis(1), "reaches in", null, null);
		note("DEPLOYMENT", from.minusSeconds(8), from, "ends as it begins", null, null);
		note("DEPLOYMENT", from.minus(Duration.ofDays(31)).plusSeconds(1), from.plusSeconds(1), "longest", null, null);
		note("INCIDENT", from.minus(Duration.ofDays(31)).plusSeconds(2), null, "goes on", null, null);
		note("INCIDENT", from.minus(Duration.ofDays(31)), null, "went on", null, null);
		assertThat(texts(ask(
				"annotations(between: { from: \"%s\", to: \"%s\" }) { edges { node { text } } }".formatted(from, to)),
				"annotations.edges[*].node.text"))
			.containsExactly("last", "first", "reaches in", "goes on", "longest");
	}

	@Test
	void agentGetsWhatIsNotedOfItAndOfAllAgentsAndTheDashboardOnlyWhatIsNotedOfAll() {
		UUID one = executions().agent("one");
		UUID other = executions().agent("other");
		Instant start = this.clock.instant().minusSeconds(600);
		note("NOTE", start, null, "all", null, null);
		note("NOTE", start.plusSeconds(1), null, "one", one, null);
		note("NOTE", start.plusSeconds(2), null, "other", other, null);
		GraphQlTester.Response answer = ask("""
				one: agent(id: "%1$s") { annotations { text } }
				other: agent(id: "%2$s") { annotations { text } }
				dashboard { annotations { text } }
				listed: annotations(agentId: "%1$s") { edges { node { text } } }
				unknown: annotations(agentId: "%3$s") { edges { node { text } } }
				annotations { edges { node { text } } }
				""".formatted(one, other, UNKNOWN));
		assertThat(texts(answer, "one.annotations[*].text")).containsExactly("one", "all");
		assertThat(texts(answer, "other.annotations[*].text")).containsExactly("other", "all");
		assertThat(texts(answer, "dashboard.annotations[*].text")).containsExactly("all");
		assertThat(texts(answer, "listed.edges[*].node.text")).containsExactly("one", "all");
		assertThat(texts(answer, "unknown.edges[*].node.text")).containsExactly("all");
		assertThat(texts(answer, "annotations.edges[*].node.text")).containsExactly("other", "one", "all");
	}

	@Test
	void environmentGetsWhatIsNotedOfItAndOfAllEnvironments() {
		UUID agent = executions().agent("somewhere");
		Instant start = this.clock.instant().minusSeconds(600);
		note("NOTE", start, null, "everywhere", null, null);
		note("NOTE", start.plusSeconds(1), null, "staging", null, "staging");
		note("NOTE", start.plusSeconds(2), null, "production", agent, "production");
		GraphQlTester.Response answer = ask("""
				production: annotations(environment: "production") { edges { node { text } } }
				agent(id: "%s") {
					staging: annotations(filter: { environments: ["staging"] }) { text }
					both: annotations(filter: { environments: ["staging", "production"], versions: ["any"] }) { text }
					unknown: annotations(filter: { unknownEnvironment: true }) { text }
				}
				dashboard(filter: { environments: ["staging"] }) { annotations { text } }
				""".formatted(agent));
		assertThat(texts(answer, "production.edges[*].node.text")).containsExactly("production", "everywhere");
		assertThat(texts(answer, "agent.staging[*].text")).containsExactly("staging", "everywhere");
		assertThat(texts(answer, "agent.both[*].text")).containsExactly("production", "staging", "everywhere");
		assertThat(texts(answer, "agent.unknown[*].text")).containsExactly("everywhere");
		assertThat(texts(answer, "dashboard.annotations[*].text")).containsExactly("staging", "everywhere");
	}

	@Test
	void newReleaseIsAnAnnotationByItself() {
		UUID agent = executions().agent("released");
		UUID fresh = executions().agent("never had another");
		UUID naming = executions().agent("began to name its releases");
		UUID named = executions().agent("began to name them before the window");
		Instant now = this.clock.instant();
		// v1 is its first; v2 is tried, and comes back after v1; what says no release is
		// none
		run(agent, now.minus(Duration.ofDays(20)), "v1", "production");
		Instant second = run(agent, now.minus(Duration.ofDays(6)), "v2", "staging");
		run(agent, now.minus(Duration.ofDays(5)), "v1", "production");
		Instant inProduction = run(agent, now.minus(Duration.ofDays(4)), "v2", "production");
		run(agent, now.minus(Duration.ofDays(3)), null, "production");
		Instant third = run(agent, now.minus(Duration.ofHours(2)), "v3", "production");
		run(fresh, now.minus(Duration.ofDays(2)), "v1", "production");
		run(naming, now.minus(Duration.ofDays(20)), null, "production");
		run(naming, now.minus(Duration.ofDays(6)), null, "production");
		run(naming, now.minus(Duration.ofDays(4)), "v1", "production");
		run(naming, now.minus(Duration.ofDays(2)), "v2", "production");
		run(named, now.minus(Duration.ofDays(20)), "v1", "production");
		run(named, now.minus(Duration.ofDays(19)), null, "production");
		run(named, now.minus(Duration.ofDays(2)), "v2", "production");
		aggregate(25);
		note("DEPLOYMENT", third.minusSeconds(1), null, "noted", agent, null);
		String fields = " { id kind from to text agentId environment link }";
		GraphQlTester.Response answer = ask("""
				listed: annotations(agentId: "%1$s") { edges { node %2$s } }
				agent(id: "%1$s") {
					annotations %2$s
					production: annotations(filter: { environments: ["production"] }) { text from }
					v2: annotations(filter: { versions: ["v2"] }) { text }
					month: annotations(timeRange: LAST_30_DAYS) { text }
					today: annotations(timeRange: LAST_1_DAY) { text }
				}
				fresh: agent(id: "%3$s") { annotations { text } }
				naming: agent(id: "%4$s") { annotations { text } }
				named: agent(id: "%5$s") { annotations { text } }
				annotations { edges { node { text } } }
				""".formatted(agent, fields, fresh, naming, named));
		assertThat(texts(answer, "listed.edges[*].node.text")).containsExactly("New release v3", "noted",
				"New release v2");
		assertThat(texts(answer, "agent.annotations[*].id"))
			.containsExactlyElementsOf(texts(answer, "listed.edges[*].node.id"));
		assertThat(texts(answer, "agent.annotations[*].from")).containsExactly(third.toString(),
				third.minusSeconds(1).toString(), second.toString());
		answer.path("agent.annotations[0]").matchesJson("""
				{"kind": "RELEASE", "to": null, "agentId": "%s", "environment": null, "link": null}
				""".formatted(agent));
		assertThat(texts(answer, "agent.production[?(@.text=='New release v2')].from"))
			.containsExactly(inProduction.toString());
		assertThat(texts(answer, "agent.v2[*].text")).containsExactly("noted", "New release v2");
		assertThat(texts(answer, "agent.month[*].text")).containsExactly("New release v3", "noted", "New release v2");
		assertThat(texts(answer, "agent.today[*].text")).containsExactly("New release v3", "noted");
		assertThat(texts(answer, "fresh.annotations[*].text")).isEmpty();
		assertThat(texts(answer, "naming.annotations[*].text")).containsExactly("New release v2");
		assertThat(texts(answer, "named.annotations[*].text")).containsExactly("New release v2");
		assertThat(texts(answer, "annotations.edges[*].node.text")).containsExactly("noted");
	}

	@Test
	void releaseThatComesBackAfterMoreThanNinetyDaysIsNewAgain() {
		UUID agent = executions().agent("comes back");
		Instant now = this.clock.instant();
		run(agent, now.minus(Duration.ofDays(99)), "v1", null);
		run(agent, now.minus(Duration.ofDays(50)), "v2", null);
		run(agent, now.minus(Duration.ofHours(5)), "v1", null);
		aggregate(100);
		assertThat(
				texts(ask("agent(id: \"%s\") { annotations { text } }".formatted(agent)), "agent.annotations[*].text"))
			.containsExactly("New release v1");
	}

	@Test
	void pagesAreTheListWhateverIsWrittenMeanwhile() {
		Random random = new Random(TestUsage.seed());
		UUID agent = executions().agent("paged");
		Instant end = this.clock.instant().minusSeconds(1);
		run(agent, end.minus(Duration.ofDays(6)), "v0", null);
		for (int release = 1; release < 20; release++) {
			run(agent, end.minusSeconds(random.nextInt(5 * 86_400)), "v" + release, null);
		}
		List<Row> rows = IntStream.range(0, 60).mapToObj((row) -> {
			// often at the same moment
			Instant start = end.minusSeconds(random.nextInt(20) * 3_600L);
			String text = "row " + row;
			return new Row(note("NOTE", start, null, text, random.nextBoolean() ? agent : null, null), start, text);
		}).toList();
		List<String> expected = texts(ask("agent(id: \"%s\") { annotations(first: 100) { text } }".formatted(agent)),
				"agent.annotations[*].text");
		assertThat(expected).hasSize(60 + 19);
		List<String> paged = new ArrayList<>();
		Optional<String> cursor = Optional.empty();
		do {
			GraphQlTester.Response page = ask("""
					annotations(agentId: "%s", first: %d%s) {
						pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { text } } }
					""".formatted(agent, 1 + random.nextInt(9),
					cursor.map((after) -> ", after: \"" + after + "\"").orElse("")));
			page.path("annotations.pageInfo.hasPreviousPage").entity(Boolean.class).isEqualTo(cursor.isPresent());
			paged.addAll(texts(page, "annotations.edges[*].node.text"));
			cursor = page.path("annotations.pageInfo.hasNextPage").entity(Boolean.class).get()
					? Optional.of(page.path("annotations.pageInfo.endCursor").entity(String.class).get())
					: Optional.empty();
			// newer ones do not move the rest
			note("NOTE", end.plusMillis(500), null, "newer", agent, null);
		}
		while (cursor.isPresent());
		assertThat(paged).isEqualTo(expected);
		assertThat(paged.stream().filter((text) -> text.startsWith("row")).toList())
			.isEqualTo(rows.stream().sorted(Row.NEWEST_FIRST).map(Row::text).toList());
	}

	@Test
	void cursorOfAnotherListIsRefused() {
		note("NOTE", this.clock.instant().minusSeconds(9), null, "one", null, null);
		String cursor = ask("annotations { pageInfo { endCursor } }").path("annotations.pageInfo.endCursor")
			.entity(String.class)
			.get();
		for (String list : List.of("timeRange: LAST_1_DAY", "environment: \"e\"", "agentId: \"" + UNKNOWN + "\"")) {
			assertRefused(list + ", after: \"" + cursor + "\"", "'timeRange', 'between', 'agentId' or 'environment'");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					first: 0                                      | The argument 'first' must be from 1 to 100
					first: 101                                    | The argument 'first' must be from 1 to 100
					agentId: "7"                                  | The argument 'agentId' must be a UUID
					environment: " "                              | The argument 'environment' must
					after: "x"                                    | The argument 'after' is not a cursor of this list
					timeRange: LAST_1_DAY, between: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" } | exclude each other
					""")
	void argumentThatCannotBeIsRefused(String arguments, String sentence) {
		assertRefused(arguments, sentence);
	}

	@Test
	void hundredAgentsCostAsManyStatementsAsOne() {
		List<UUID> agents = IntStream.range(0, 100).mapToObj((number) -> executions().agent("many " + number)).toList();
		Instant now = this.clock.instant();
		executions().insertAll(agents.stream()
			.flatMap((agent) -> List
				.of(TestExecution.completed(agent, now.minus(Duration.ofDays(40)), 1),
						TestExecution.completed(agent, now.minus(Duration.ofDays(2)), 1))
				.stream())
			.toList());
		jdbc()
			.sql("update agent_executions set agent_version = execution_start::date::text "
					+ "where agent_id in (select id from agents where name like 'many %')")
			.update();
		aggregate(45);
		assertThat(statements(100)).isEqualTo(statements(1)).isBetween(2, 30);
	}

	private int statements(int agents) {
		// a window of its own, of which nothing is kept
		Instant to = this.clock.instant().minusSeconds(agents);
		List<String> found = new ArrayList<>();
		List<String> statements = this.dataSource.statementsOf(() -> found.addAll(texts(ask("""
				agents(first: %d, search: "many ") { edges { node {
					annotations(between: { from: "%s", to: "%s" }) { text } } } }
				""".formatted(agents, to.minus(Duration.ofDays(7)), to)), "agents.edges[*].node.annotations[*].text")));
		assertThat(found).hasSize(agents).allMatch((text) -> text.startsWith("New release 2"));
		return statements.size();
	}

	private void assertRefused(String arguments, String sentence) {
		graphQl().document("{ annotations(" + arguments + ") { pageInfo { endCursor } } }")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement()
				.satisfies((error) -> assertThat(error.getMessage()).contains(sentence)));
	}

	private UUID note(String kind, Instant start, @Nullable Instant end, String text, @Nullable UUID agent,
			@Nullable String environment) {
		return jdbc().sql("""
				insert into annotations (kind, starts_at, ends_at, text, agent_id, environment)
				values (:kind, :start::timestamptz, :end::timestamptz, :text, :agent::uuid, :environment)
				returning id
				""")
			.param("kind", kind)
			.param("start", start.toString())
			.param("end", (end != null) ? end.toString() : null)
			.param("text", text)
			.param("agent", (agent != null) ? agent.toString() : null)
			.param("environment", environment)
			.query(UUID.class)
			.single();
	}

	private Instant run(UUID agent, Instant start, @Nullable String version, @Nullable String environment) {
		UUID id = executions().insert(TestExecution.completed(agent, start, 5));
		jdbc().sql("update agent_executions set agent_version = :version, environment = :environment where id = :id")
			.param("version", version)
			.param("environment", environment)
			.param("id", id)
			.update();
		return start;
	}

	private JdbcClient jdbc() {
		return JdbcClient.create(this.dataSource);
	}

	private GraphQlTester.Response ask(String fields) {
		return graphQl().document("{ " + fields + " }").execute();
	}

	private static List<String> texts(GraphQlTester.Response answer, String path) {
		return answer.path(path).entityList(String.class).get();
	}

	/**
	 * What was noted.
	 */
	private record Row(UUID id, Instant start, String text) {

		// the order of ids as PostgreSQL's text of them has it
		private static final Comparator<Row> NEWEST_FIRST = Comparator.comparing(Row::start)
			.thenComparing((row) -> row.id().toString())
			.reversed();

	}

}
