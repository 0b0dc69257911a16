package io.agentmetrics.api.objective;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@TestPropertySource(properties = { "agent-metrics.cache.open-windows=0s", "agent-metrics.cache.closed-days=0s",
		"agent-metrics.exposition.freshness=1s", "agent-metrics.exposition.interval=100ms",
		"agent-metrics.objectives.succeeds.success-rate=95", "agent-metrics.objectives.succeeds.days=7",
		"agent-metrics.objectives.succeeds.names=shop*", "agent-metrics.objectives.in-time.within=50ms",
		"agent-metrics.objectives.in-time.share=90", "agent-metrics.objectives.in-time.names=shop met",
		"agent-metrics.objectives.eu.success-rate=99", "agent-metrics.objectives.eu.environments=eu",
		"agent-metrics.objectives.nobody.success-rate=99", "agent-metrics.objectives.nobody.days=3",
		"agent-metrics.objectives.nobody.names=nobody*",
		"agent-metrics.objectives.nobody.agents=6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c111",
		"agent-metrics.objectives.twice.success-rate=90", "agent-metrics.objectives.twice.days=7",
		"agent-metrics.objectives.twice.names=*met", "agent-metrics.objectives.unlike.success-rate=90",
		"agent-metrics.objectives.unlike.days=5", "agent-metrics.objectives.unlike.names=shop idle" })
@ExtendWith(OutputCaptureExtension.class)
class ObjectivesIntegrationTests extends ApiTest {

	private static final String LIST = """
			query ($first: Int! = 100, $after: String, $until: DateTime) {
				objectives(first: $first, after: $after, until: $until) {
					totalCount problems pageInfo { hasNextPage hasPreviousPage endCursor }
					edges { node { agent { name } objective { name } status budgetLeft budgetLeftPercent } }
				}
			}
			""";

	private static final String ONE = """
			objectives(until: %s) {
				objective { name kind targetPercent withinMs days environments }
				until status sentence executions missed missedError attainedPercent attainedErrorPercent
				budget budgetLeft budgetLeftPercent burnRates { hours executions missed rate budgetGoneAt }
				burnDown { from to executions missed budgetLeft budgetLeftPercent }
				provenance { from to zone missing }
			}
			""";

	private final Map<String, UUID> agents = new HashMap<>();

	@BeforeEach
	void storeAgents() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		List.of("agent_metrics", "agent_metric_cells", "agent_error_groups", "aggregated_days", "aggregation_shards",
				"agent_executions", "first_executions", "agents")
			.forEach((table) -> jdbc.sql("delete from " + table).update());
		for (String name : List.of("shop met", "shop broken", "shop few", "shop idle", "bank")) {
			this.agents.put(name, executions().agent(name));
		}
		store("shop met", Duration.ofDays(5), 96, 2);
		store("shop met", Duration.ofMinutes(30), 1, 1);
		// just before the window
		store("shop met", Duration.ofDays(7).plusSeconds(1), 0, 50);
		store("shop broken", Duration.ofDays(2), 45, 5);
		store("shop few", Duration.ofDays(2), 18, 1);
		aggregate(40);
	}

	@Test
	void objectiveHasAttainedBudgetAndBurnRates() {
		ask("shop met", "null").path("agent.objectives[1]")
			.matchesJson(
					"""
							{
								"objective": {
									"name": "succeeds", "kind": "SUCCESS_RATE", "targetPercent": 95.0, "withinMs": null, "days": 7,
									"environments": []
								},
								"until": "%1$s", "status": "MET",
								"sentence": "97 %% of 100 finished executions of the last 7 days succeeded; the objective is 95 %%. Of 5 that may miss it, 3 have.",
								"executions": 100, "missed": 3.0, "missedError": 0.0, "attainedPercent": 97.0,
								"attainedErrorPercent": 0.0, "budget": 5.0, "budgetLeft": 2.0, "budgetLeftPercent": 40.0,
								"burnRates": [
									{ "hours": 1, "executions": 2, "missed": 1.0, "rate": 10.0, "budgetGoneAt": "%2$s" },
									{ "hours": 6, "executions": 2, "missed": 1.0, "rate": 10.0, "budgetGoneAt": "%2$s" },
									{ "hours": 72, "executions": 2, "missed": 1.0, "rate": 10.0, "budgetGoneAt": "%2$s" }
								],
								"provenance": { "from": "%3$s", "to": "%1$s", "zone": "UTC", "missing": [] }
							}
							"""
						.formatted(now(), now().plusSeconds(Math.round(0.04 * 7 * 86_400)),
								now().minus(Duration.ofDays(7))));
	}

	@Test
	void budgetIsBurntDownDayByDay() {
		Instant from = now().minus(Duration.ofDays(7));
		List<Map<String, Object>> days = maps(ask("shop met", "null").path("agent.objectives[1].burnDown"));
		List<Instant> begins = new ArrayList<>(List.of(from));
		IntStream.rangeClosed(1, 7)
			.mapToObj((day) -> LocalDate.ofInstant(from, ZoneOffset.UTC).plusDays(day).atStartOfDay())
			.map((midnight) -> midnight.toInstant(ZoneOffset.UTC))
			.filter(now()::isAfter)
			.forEach(begins::add);
		assertThat(days).extracting((day) -> Instant.parse(String.valueOf(day.get("from")))).isEqualTo(begins);
		begins.add(now());
		assertThat(days).extracting((day) -> Instant.parse(String.valueOf(day.get("to"))))
			.isEqualTo(begins.subList(1, begins.size()));
		Instant missedTwo = now().minus(Duration.ofDays(5));
		for (Map<String, Object> day : days) {
			Instant to = Instant.parse(String.valueOf(day.get("to")));
			double left = to.equals(now()) ? 2 : to.isAfter(missedTwo) ? 3 : 5;
			assertThat(day).containsEntry("budgetLeft", left).containsEntry("budgetLeftPercent", 20 * left);
		}
		assertThat(days).last().extracting("executions", "missed").containsExactly(2, 1.0);
	}

	@Test
	void lastDayOfABurnDownHasWhatIsLeft() {
		for (String agent : this.agents.keySet()) {
			List<Map<String, Object>> objectives = maps(ask(agent, "null").path("agent.objectives"));
			for (Map<String, Object> objective : objectives) {
				assertThat(objective.get("burnDown")).asInstanceOf(InstanceOfAssertFactories.LIST)
					.last()
					.extracting("budgetLeft", "budgetLeftPercent")
					.containsExactly(objective.get("budgetLeft"), objective.get("budgetLeftPercent"));
			}
		}
	}

	@Test
	void burnDownOfTheListIsThatOfTheAgent() {
		String burnDown = "agent { id } objective { name } burnDown { from to executions missed budgetLeft budgetLeftPercent }";
		graphQl().document("{ objectives(first: 100) { edges { node { %s } } } }".formatted(burnDown))
			.execute()
			.path("objectives.edges[?(@.node.agent.id == '%s' && @.node.objective.name == 'in-time')].node.burnDown"
				.formatted(agent("shop met")))
			.entityList(List.class)
			.containsExactly(maps(ask("shop met", "null").path("agent.objectives[0].burnDown")));
	}

	private static List<Map<String, Object>> maps(GraphQlTester.Path path) {
		return path.entity(new ParameterizedTypeReference<List<Map<String, Object>>>() {
		}).get();
	}

	@Test
	void timesWithinALimitAreCountedExactlyOnOrdinaryDays() {
		// of the 150 of 28 days the first 50 of each lot of 50 or more took up to 50 ms
		long within = 50 + 50 + 2 + 0;
		ask("shop met", "null").path("agent.objectives[0].objective.name")
			.entity(String.class)
			.isEqualTo("in-time")
			.path("agent.objectives[0].executions")
			.entity(Long.class)
			.isEqualTo(150L)
			.path("agent.objectives[0].missed")
			.entity(Double.class)
			.isEqualTo(150.0 - within)
			.path("agent.objectives[0].status")
			.entity(String.class)
			.isEqualTo("BROKEN")
			.path("agent.objectives[0].missedError")
			.entity(Double.class)
			.isEqualTo(0.0);
	}

	@Test
	void leastBudgetComesFirstAndWhatCannotBeSaidLast() {
		list(Map.of()).path("objectives.edges[*].node[?(@.objective.name == 'succeeds')].agent.name")
			.entityList(String.class)
			.containsExactly("shop broken", "shop met", "shop few", "shop idle")
			.path("objectives.edges[*].node[?(@.objective.name == 'succeeds')].status")
			.entityList(String.class)
			.containsExactly("BROKEN", "MET", "TOO_FEW", "NO_DATA");
		ask("shop idle", "null").path("agent.objectives[0].budgetLeftPercent")
			.valueIsNull()
			.path("agent.objectives[0].attainedPercent")
			.valueIsNull()
			.path("agent.objectives[0].sentence")
			.entity(String.class)
			.isEqualTo("There are no finished executions in the last 7 days.");
	}

	@Test
	void pagesGoOnAfterTheirCursor() {
		List<String> all = names(list(Map.of()));
		List<String> paged = new ArrayList<>();
		Map<String, @Nullable Object> page = new HashMap<>();
		page.put("first", 2);
		boolean next = true;
		while (next) {
			GraphQlTester.Response answer = list(page);
			paged.addAll(names(answer));
			page.put("after", answer.path("objectives.pageInfo.endCursor").entity(String.class).get());
			next = answer.path("objectives.pageInfo.hasNextPage").entity(Boolean.class).get();
		}
		assertThat(paged).isEqualTo(all).hasSize(7);
		graphQl().document(LIST)
			.variables(Map.of("after", Objects.requireNonNull(page.get("after")), "until", now().toString()))
			.execute()
			.errors()
			.expect((error) -> String.valueOf(error.getMessage()).contains("'orderBy' or 'until'"));
	}

	@Test
	void whatSettingsNameAndIsNotThereIsToldByName(CapturedOutput output) {
		list(Map.of()).path("objectives.problems")
			.entityList(String.class)
			.containsExactly(
					"agent-metrics.objectives.nobody names the agent 6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c111, which is not known, or retired.",
					"agent-metrics.objectives.nobody names agents by 'nobody*', which matches no agent.",
					"agent-metrics.objectives.succeeds and agent-metrics.objectives.twice overlap: both are about shop met.",
					"agent-metrics.objectives.eu names the environments [eu], in which no agent has run in its 28 days.");
		list(Map.of());
		// has problems of its own, which are told, but not logged
		list(Map.of("until", now().minus(Duration.ofDays(3_000)).toString()));
		list(Map.of());
		assertThat(output.getAll().lines().filter((line) -> line.contains("which matches no agent")))
			.hasSizeLessThan(2);
	}

	@Test
	void environmentIsAnObjectiveOfTheAgentsThatRunThere() {
		executions().insertAll(IntStream.range(0, 4)
			.mapToObj((number) -> new TestExecution(agent("bank"),
					(number == 0) ? ExecutionStatus.COMPLETED : ExecutionStatus.FAILED, now().minusSeconds(number + 1),
					1L, null, null)
				.reporting(new TestExecution.Report(null, (number < 2) ? "eu" : "us", null, null, null, null)))
			.toList());
		ask("bank", "null").path("agent.objectives[*].objective.name")
			.entityList(String.class)
			.containsExactly("eu")
			.path("agent.objectives[0].executions")
			.entity(Long.class)
			.isEqualTo(2L);
	}

	@Test
	void anyMomentOfThePastCanBeAskedAbout() {
		Instant then = now().minus(Duration.ofDays(4));
		ask("shop met", '"' + then.toString() + '"').path("agent.objectives[1].executions")
			.entity(Long.class)
			.isEqualTo(148L)
			.path("agent.objectives[1].missed")
			.entity(Double.class)
			.isEqualTo(52.0)
			.path("agent.objectives[1].until")
			.entity(Instant.class)
			.isEqualTo(then);
		graphQl()
			.document("{ agent(id: \"%s\") { %s } }".formatted(agent("shop met"),
					ONE.formatted('"' + now().plusSeconds(1).toString() + '"')))
			.execute()
			.errors()
			.expect((error) -> String.valueOf(error.getMessage())
				.startsWith("The argument 'until' must be from 1970 on and not in the future"));
	}

	@Test
	void prometheusIsShownHowAgentsStand() {
		String met = "{agent_id=\"%s\",objective=\"succeeds\"".formatted(agent("shop met"));
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(scraped()).contains("agent_objective_target_ratio" + met + "} 0.95",
					"agent_objective_attained_ratio" + met + "} 0.97",
					"agent_objective_budget_left_ratio" + met + "} 0.4",
					"agent_objective_burn_rate" + met + ",window=\"1h\"} 10.0",
					"agent_objective_executions" + met + ",window=\"whole\"} 100.0",
					"agent_objective_missed" + met + ",window=\"3d\"} 1.0", "agent_objective_series_left_out 0.0",
					"agent_objective_problems 4.0"));
	}

	@Test
	void agentIsNotToldWhatOthersWindowsMiss() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		jdbc.sql("update aggregation_state set raw_from = :day").param("day", this.clock.today().minusDays(4)).update();
		try {
			// five days, of which the day is gone that they divide, are of another agent
			String sentence = "Of days whose executions have been dropped only the whole is known";
			ask("shop met", "null").path("agent.objectives[?(@.objective.name == 'succeeds')].provenance.missing[*]")
				.entityList(String.class)
				.satisfies((missing) -> assertThat(missing).noneMatch((each) -> each.startsWith(sentence)));
		}
		finally {
			jdbc.sql("update aggregation_state set raw_from = null").update();
		}
	}

	@Test
	void whereTheEndIsNotKnownThereIsNoBurnRate() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		String until = '"' + now().minus(Duration.ofDays(4)).toString() + '"';
		String burnRates = "agent.objectives[?(@.objective.name == 'succeeds')].burnRates[*].hours";
		ask("shop met", until).path(burnRates).entityList(Integer.class).containsExactly(1, 6, 72);
		jdbc.sql("update aggregation_state set raw_from = :day").param("day", this.clock.today()).update();
		try {
			ask("shop met", until).path(burnRates)
				.entityList(Integer.class)
				.hasSize(0)
				.path("agent.objectives[?(@.objective.name == 'succeeds')].provenance.missing[*]")
				.entityList(String.class)
				.satisfies((missing) -> assertThat(missing)
					.anyMatch((each) -> each.startsWith("Nothing is known of the time after ")));
		}
		finally {
			jdbc.sql("update aggregation_state set raw_from = null").update();
		}
	}

	@Test
	void lookupsThatFailAreSeenByTheirAgeAndGoOn(CapturedOutput output) {
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(age()).isLessThan(2));
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		jdbc.sql("alter table agent_metrics rename to gone").update();
		try {
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(age()).isGreaterThan(3));
			assertThat(output).contains("It is not known how agents stand with their objectives: ");
		}
		finally {
			jdbc.sql("alter table gone rename to agent_metrics").update();
		}
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(age()).isLessThan(2));
		assertThat(output).contains("It is known again how agents stand with their objectives");
	}

	private double age() {
		return scraped().lines()
			.filter((line) -> line.startsWith("agent_objective_age_seconds "))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.indexOf(' '))))
			.findFirst()
			.orElse(Double.NaN);
	}

	private String scraped() {
		return new String(Objects.requireNonNull(management().get()
			.uri("/actuator/prometheus")
			.exchange()
			.expectBody()
			.returnResult()
			.getResponseBody()), StandardCharsets.UTF_8);
	}

	@Test
	void manyAgentsTakeAsManyStatementsAsOne() {
		int few = this.dataSource.statementsOf(() -> list(Map.of())).size();
		int one = this.dataSource.statementsOf(() -> ask("shop met", "null")).size();
		List<UUID> more = IntStream.range(0, 60).mapToObj((number) -> executions().agent("shop " + number)).toList();
		executions().insertAll(more.stream()
			.map((agent) -> TestExecution.completed(agent, now().minus(Duration.ofDays(1)), 5))
			.toList());
		assertThat(this.dataSource.statementsOf(() -> list(Map.of()))).hasSize(few);
		assertThat(this.dataSource.statementsOf(() -> graphQl()
			.document("{ agents(first: 100) { edges { node { %s } } } }".formatted(ONE.formatted("null")))
			.executeAndVerify())).hasSizeLessThanOrEqualTo(one + few);
	}

	private List<String> names(GraphQlTester.Response answer) {
		List<String> agents = answer.path("objectives.edges[*].node.agent.name").entityList(String.class).get();
		List<String> objectives = answer.path("objectives.edges[*].node.objective.name").entityList(String.class).get();
		return IntStream.range(0, agents.size()).mapToObj((each) -> agents.get(each) + objectives.get(each)).toList();
	}

	private GraphQlTester.Response list(Map<String, @Nullable Object> variables) {
		return graphQl().document(LIST).variables(variables).execute();
	}

	private GraphQlTester.Response ask(String agent, String until) {
		return graphQl().document("{ agent(id: \"%s\") { %s } }".formatted(agent(agent), ONE.formatted(until)))
			.execute();
	}

	/** Successful ones first, of 1 ms, 2 ms and so on. */
	private void store(String name, Duration ago, int successful, int failed) {
		executions().insertAll(IntStream.range(0, successful + failed)
			.mapToObj((number) -> new TestExecution(agent(name),
					(number < successful) ? ExecutionStatus.COMPLETED : ExecutionStatus.FAILED, now().minus(ago),
					number + 1L, null, null))
			.toList());
	}

	private UUID agent(String name) {
		return Objects.requireNonNull(this.agents.get(name));
	}

	private Instant now() {
		return this.clock.instant();
	}

}
