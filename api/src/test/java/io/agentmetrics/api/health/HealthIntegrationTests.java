package io.agentmetrics.api.health;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Days;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = { "agent-metrics.health.kept=0s", "agent-metrics.cache.open-windows=0s" })
@ExtendWith(OutputCaptureExtension.class)
class HealthIntegrationTests extends ApiTest {

	private static final String HEALTH = """
			health { status summary stuckExecutionCount computedAt findings { rule status value baseline sampleSize sentence } }
			""";

	private static final String PAGE = """
			query ($first: Int! = 20, $after: String, $search: String, $health: [HealthStatus!], $orderBy: AgentOrder! = NAME) {
				agents(first: $first, after: $after, search: $search, health: $health, orderBy: $orderBy) {
					totalCount
					pageInfo { hasNextPage endCursor }
					edges { node { name health { status } } }
				}
			}
			""";

	@Autowired
	private HealthRepository repository;

	private final Map<String, UUID> agents = new HashMap<>();

	@BeforeEach
	void storeAgents() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		List.of("agent_metrics", "agent_error_groups", "aggregated_days", "aggregation_shards", "agent_executions",
				"first_executions", "agents")
			.forEach((table) -> jdbc.sql("delete from " + table).update());
		// a usual day is 96 successful executions of 1 to 100 ms, and 4 failed ones
		for (String name : List.of("fine", "failing", "slow", "stuck", "quiet")) {
			UUID agent = executions().agent(name);
			this.agents.put(name, agent);
			store(agent, Duration.ofDays(5), 96, 4, 1);
		}
		aggregate(40);
		store(agent("fine"), Duration.ofHours(1), 48, 2, 1);
		store(agent("failing"), Duration.ofHours(1), 10, 10, 1);
		store(agent("slow"), Duration.ofHours(1), 40, 0, 4);
		executions().insert(TestExecution.running(agent("stuck"), ago(Duration.ofMinutes(61))));
		executions().insert(TestExecution.running(agent("stuck"), ago(Duration.ofMinutes(59))));
		executions().insert(TestExecution.running(agent("stuck"), ago(Duration.ofDays(31))));
	}

	@Test
	void findingHasRuleValueBaselineAndSampleSize() {
		ask("failing", HEALTH).path("agent.health")
			.matchesJson(
					"""
							{
								"status": "ALERT", "stuckExecutionCount": 0, "computedAt": "%s",
								"summary": "50 %% of 20 finished executions of the last 24 hours failed; 4 %% of 100 is usual.",
								"findings": [
									{
										"rule": "ERROR_RATE", "status": "ALERT", "value": 50.0, "baseline": 4.0, "sampleSize": 20,
										"sentence": "50 %% of 20 finished executions of the last 24 hours failed; 4 %% of 100 is usual."
									},
									{
										"rule": "LATENCY", "status": "OK", "value": 19.0, "baseline": 95.0, "sampleSize": 20,
										"sentence": "95 %% of 20 executions of the last 24 hours took up to 19 ms; 95 ms of 100 is usual."
									}
								]
							}
							"""
						.formatted(this.clock.instant()));
	}

	@ParameterizedTest
	@CsvSource({ "fine, OK, ERROR_RATE", "slow, WARN, LATENCY", "stuck, WARN, STUCK" })
	void worstRuleDecides(String name, String status, String rule) {
		ask(name, HEALTH).path("agent.health.status")
			.entity(String.class)
			.isEqualTo(status)
			.path("agent.health.findings[0].rule")
			.entity(String.class)
			.isEqualTo(rule);
	}

	@Test
	void agentThatDoesNothingHasNoData() {
		ask("quiet", HEALTH).path("agent.health.status")
			.entity(String.class)
			.isEqualTo("NO_DATA")
			.path("agent.health.findings")
			.entityList(Object.class)
			.hasSize(0);
	}

	@Test
	void nightlyAgentThatFailedSevenTimesOfSevenIsSeen() {
		UUID nightly = executions().agent("nightly");
		this.agents.put("nightly", nightly);
		for (int night = 0; night < 40; night++) {
			Instant start = ago(Duration.ofDays(night).plusHours(10));
			executions().insert((night < 7) ? TestExecution.failed(nightly, start, 1, "no")
					: TestExecution.completed(nightly, start, 1));
		}
		aggregate(40);
		ask("nightly", "health { status findings { rule status value baseline sampleSize since sentence } }")
			.path("agent.health.findings[0]")
			.matchesJson(
					"""
							{
								"rule": "ERROR_RATE", "status": "ALERT", "value": 70.0, "baseline": 0.0, "sampleSize": 10, "since": "%s",
								"sentence": "70 %% of the last 10 finished executions failed, the first of them started 9 d 10 h ago; 0 %% of 20 is usual."
							}
							"""
						.formatted(ago(Duration.ofDays(9).plusHours(10))));
		assertThat(listed(Map.of("health", List.of("ALERT")))).containsExactly("failing", "nightly");
		// it is Sunday
		this.clock.advance(Duration.ofHours(30));
		assertThat(listed(Map.of("health", List.of("ALERT")))).contains("nightly");
		this.clock.advance(Duration.ofHours(-30));
	}

	@Test
	void agentThatHasStoppedIsSilent() {
		UUID stopped = hourly("stopped", Duration.ofMinutes(310));
		hourly("going on", Duration.ofMinutes(10));
		aggregate(40);
		String silence = "health { status findings { rule status value baseline sampleSize since } }";
		GraphQlTester.Response answer = ask("stopped", silence);
		answer.path("agent.health.status").entity(String.class).isEqualTo("ALERT");
		answer.path("agent.health.findings[0]")
			.matchesJson(
					"""
							{ "rule": "SILENT", "status": "ALERT", "value": 1.8E7, "baseline": 3600000.0, "sampleSize": 671, "since": "%s" }
							"""
						.formatted(ago(Duration.ofMinutes(310)).plusMillis(1)));
		ask("going on", silence).path("agent.health.status").entity(String.class).isEqualTo("OK");
		assertThat(silent()).containsExactly("stopped");
		graphQl().document("{ health { findings { rule } } }")
			.execute()
			.path("health.findings")
			.entityList(Object.class)
			.hasSize(0);
		UUID running = executions().insert(TestExecution.running(stopped, ago(Duration.ofMinutes(50))));
		assertThat(silent()).isEmpty();
		executions().delete(running);
		assertThat(silent()).containsExactly("stopped");
		JdbcClient.create(this.dataSource)
			.sql("update agents set retired_at = now() where id = :agent")
			.param("agent", stopped)
			.update();
		assertThat(silent()).isEmpty();
	}

	@Test
	void stopOfAllAgentsIsOneFinding() {
		for (int agent = 0; agent < 12; agent++) {
			hourly("hourly " + agent, Duration.ofMinutes(310));
		}
		UUID longAgo = hourly("long ago", Duration.ofMinutes(310 + 24 * 60));
		aggregate(40);
		assertThat(silent()).containsExactly("long ago");
		graphQl().document("{ health { findings { rule status value baseline sampleSize since sentence } } }")
			.execute()
			.path("health.findings")
			.matchesJson(
					"""
							[{
								"rule": "SILENT", "status": "ALERT", "value": 1.8E7, "baseline": null, "sampleSize": 13, "since": "%s",
								"sentence": "Nearly all agents are silent: of 13 that would have run in the last 5 hours, 0 have."
							}]
							"""
						.formatted(ago(Duration.ofHours(5))));
		executions().insert(TestExecution.completed(longAgo, ago(Duration.ofMinutes(5)), 1));
		assertThat(silent()).isEmpty();
	}

	/** What ended a minute ago is written now, and shows that the agent lives. */
	@Test
	void agentWhoseExecutionsAreWrittenWhenTheyEndIsNotSilent() {
		assertThatALateOneIsHeard("long runs", Duration.ofMinutes(250), Duration.ofMinutes(241), Duration.ofHours(4));
	}

	/** It is neither one of the last finished ones nor the one that started last. */
	@Test
	void agentWhoseLongRunHasJustEndedIsNotSilent() {
		assertThatALateOneIsHeard("a long run among others", Duration.ofHours(30), Duration.ofHours(45),
				Duration.ofHours(45).minusMinutes(5));
	}

	private void assertThatALateOneIsHeard(String name, Duration hourlyUntil, Duration started, Duration lasted) {
		UUID agent = hourly(name, hourlyUntil);
		aggregate(40);
		assertThat(silent()).containsExactly(name);
		executions().insert(TestExecution.completed(agent, ago(started), Math.toIntExact(lasted.toMillis())));
		assertThat(silent()).isEmpty();
	}

	/** What hangs is no sign of life. */
	@Test
	void agentOfWhichAllThatRunsIsStuckIsSilent() {
		UUID agent = hourly("hanging", Duration.ofMinutes(310));
		executions().insert(TestExecution.running(agent, ago(Duration.ofHours(30))));
		aggregate(40);
		assertThat(silent()).containsExactly("hanging");
	}

	/** An agent that has run once in every hour until then. */
	private UUID hourly(String name, Duration until) {
		UUID agent = executions().agent(name);
		this.agents.put(name, agent);
		executions().insertAll(IntStream.range(0, 32 * 24)
			.mapToObj((hour) -> TestExecution.completed(agent, ago(until.plusHours(hour)), 1))
			.toList());
		return agent;
	}

	/** Returns the agents that are silent by themselves. */
	private List<String> silent() {
		return graphQl().document(
				"{ agents(first: 100, orderBy: HEALTH) { edges { node { name health { findings { rule status } } } } } }")
			.execute()
			.path("agents.edges[*].node")
			.entityList(Judged.class)
			.get()
			.stream()
			.filter(Judged::isSilent)
			.map(Judged::name)
			.toList();
	}

	@Test
	void findingNamesTheReleaseThatCarriesIt() {
		UUID agent = agent("fine");
		executions().insertAll(IntStream.range(0, 80)
			.mapToObj((i) -> ((i < 40) ? TestExecution.failed(agent, ago(Duration.ofMinutes(i + 1)), 1, "no")
					: TestExecution.completed(agent, ago(Duration.ofMinutes(i + 1)), 1))
				.reporting(TestExecution.Report.of("2.0")))
			.toList());
		ask("fine", "health { summary findings { rule release damage } }").path("agent.health")
			.matchesJson(
					"""
							{
								"summary": "32.31 % of 130 finished executions of the last 24 hours failed; 4 % of 100 is usual. Release 2.0 carries it: 50 % of its 80 failed, of the others 4 % of 50.",
								"findings": [{ "rule": "ERROR_RATE", "release": "2.0", "damage": 37 }, { "rule": "LATENCY", "release": null }]
							}
							""");
		ask("failing", "health { findings { release } }").path("agent.health.findings[0].release").valueIsNull();
	}

	@Test
	void agentWithFewExecutionsIsToldApartFromOneWithoutAny() {
		UUID young = executions().agent("young");
		this.agents.put("young", young);
		executions().insertAll(IntStream.range(0, 4)
			.mapToObj((i) -> TestExecution.failed(young, ago(Duration.ofHours(40 * i + 1)), 1, "no"))
			.toList());
		ask("young", HEALTH).path("agent.health.status").entity(String.class).isEqualTo("TOO_FEW");
		assertThat(listed(Map.of("health", List.of("TOO_FEW")))).containsExactly("young");
		assertThat(listed(Map.of("health", List.of("NO_DATA")))).containsExactly("quiet");
		assertThat(listed(Map.of("orderBy", "HEALTH"))).endsWith("young", "quiet");
		// the first of the five started more than 30 days ago
		executions().insert(TestExecution.failed(young, ago(Duration.ofDays(31)), 1, "no"));
		ask("young", HEALTH).path("agent.health.status").entity(String.class).isEqualTo("TOO_FEW");
		executions().insert(TestExecution.failed(young, ago(Duration.ofDays(29)), 1, "no"));
		ask("young", HEALTH).path("agent.health.status").entity(String.class).isEqualTo("ALERT");
	}

	@Test
	void withoutAggregatorFailingAgentsAreStillFound() {
		JdbcClient.create(this.dataSource).sql("delete from agent_metrics").update();
		JdbcClient.create(this.dataSource).sql("delete from aggregated_days").update();
		ask("failing", HEALTH).path("agent.health.status")
			.entity(String.class)
			.isEqualTo("ALERT")
			.path("agent.health.findings[0].baseline")
			.valueIsNull();
		ask("slow", HEALTH).path("agent.health.status").entity(String.class).isEqualTo("OK");
	}

	@Test
	void corruptTimesLeaveOnlyTheErrorRate(CapturedOutput output) {
		JdbcClient.create(this.dataSource)
			.sql("update agent_metrics set latency_sketch = '\\xcafe' where agent_id = :agent")
			.param("agent", agent("slow"))
			.update();
		JdbcClient.create(this.dataSource).sql("update aggregated_days set revision = revision + 1").update();
		ask("slow", HEALTH).path("agent.health.findings[*].rule")
			.entityList(String.class)
			.containsExactly("ERROR_RATE");
		assertThat(output.getAll().lines())
			.filteredOn((line) -> line.contains("so that the agent's latency is not judged; rebuild the day"))
			.isNotEmpty()
			.allSatisfy((line) -> assertThat(line).contains("agent=\"" + agent("slow"),
					"day=\"" + this.clock.today().minusDays(5)));
	}

	@Test
	void stuckExecutionsAreListedTheLongestRunningFirst() {
		UUID agent = agent("stuck");
		executions().insert(TestExecution.running(agent, ago(Duration.ofHours(3))));
		executions()
			.insert(new TestExecution(agent, ExecutionStatus.PENDING, ago(Duration.ofHours(2)), null, null, null));
		GraphQlTester.Response response = ask("stuck",
				"health { stuckExecutionCount } stuckExecutions(first: 2) { runningMs limitMs execution { status agentId } }");
		response.path("agent.health.stuckExecutionCount").entity(Long.class).isEqualTo(3L);
		response.path("agent.stuckExecutions")
			.matchesJson(
					"""
							[
								{ "runningMs": 10800000, "limitMs": 3600000, "execution": { "status": "RUNNING", "agentId": "%s" } },
								{ "runningMs": 7200000, "limitMs": 3600000, "execution": { "status": "PENDING", "agentId": "%s" } }
							]
							"""
						.formatted(agent, agent));
		ask("fine", "stuckExecutions { runningMs }").path("agent.stuckExecutions").entityList(Object.class).hasSize(0);
	}

	@Test
	void agentsAreOrderedByHealthThenNameByPages() {
		assertThat(listed(Map.of("orderBy", "HEALTH", "first", 2))).containsExactly("failing", "slow", "stuck", "fine",
				"quiet");
	}

	@Test
	void ofOneStatusThoseWithTheMostDamageComeFirst() {
		UUID little = executions().agent("a little damage");
		UUID much = executions().agent("much damage");
		store(little, Duration.ofHours(1), 8, 12, 1);
		store(much, Duration.ofHours(1), 20, 180, 1);
		// 8 of 20 failed more than usual, 12 of 20, and 180 of 200
		assertThat(listed(Map.of("orderBy", "HEALTH", "health", List.of("ALERT"), "first", 1)))
			.containsExactly("much damage", "a little damage", "failing");
	}

	@Test
	void timeInTheWrongUnitSilencesNobody() {
		List<String> before = listed(Map.of("orderBy", "HEALTH"));
		executions().beforeThereWereBounds(() -> executions().insert(agent("stuck"), ExecutionStatus.COMPLETED,
				ago(Duration.ofDays(4)), 1_795_694_944_804_803L, null));
		aggregate(40);
		assertThat(listed(Map.of("orderBy", "HEALTH"))).isEqualTo(before);
		ask("stuck", "health { status stuckExecutionCount } stuckExecutions { limitMs }").path("agent")
			.matchesJson(
					"""
							{ "health": { "status": "WARN", "stuckExecutionCount": 1 }, "stuckExecutions": [{ "limitMs": 3600000 }] }
							""");
		// a fourth of the usual times are wrong
		executions().beforeThereWereBounds(() -> {
			for (int i = 0; i < 30; i++) {
				executions().insert(agent("quiet"), ExecutionStatus.COMPLETED, ago(Duration.ofDays(6)).minusSeconds(i),
						Long.MAX_VALUE, null);
			}
		});
		executions().insert(TestExecution.running(agent("quiet"), ago(Duration.ofHours(2))));
		aggregate(40);
		ask("quiet", "health { status } stuckExecutions { limitMs }").path("agent.health.status")
			.entity(String.class)
			.isEqualTo("WARN");
		ask("fine", "health { status }").path("agent.health.status").entity(String.class).isEqualTo("OK");
	}

	@ParameterizedTest
	@CsvSource({ "NAME, 'failing fine quiet slow stuck'", "EXECUTIONS, 'fine slow failing stuck quiet'",
			"ERROR_RATE, 'failing fine slow quiet stuck'", "P95, 'slow fine failing quiet stuck'" })
	void agentsAreOrderedByWhatIsAsked(String orderBy, String names) {
		assertThat(listed(Map.of("orderBy", orderBy, "first", 1))).containsExactly(names.split(" "));
		assertThat(listed(Map.of("orderBy", orderBy, "first", 100))).containsExactly(names.split(" "));
	}

	@Test
	void agentsAreFilteredByHealthAndCounted() {
		page(Map.of("health", List.of("WARN"), "orderBy", "EXECUTIONS")).path("agents.totalCount")
			.entity(Long.class)
			.isEqualTo(2L)
			.path("agents.edges[*].node.name")
			.entityList(String.class)
			.containsExactly("slow", "stuck");
		page(Map.of("health", List.of("NO_DATA", "ALERT"))).path("agents.totalCount")
			.entity(Long.class)
			.isEqualTo(2L)
			.path("agents.edges[*].node.health.status")
			.entityList(String.class)
			.containsExactly("ALERT", "NO_DATA");
		page(Map.of("health", List.of("OK", "NO_DATA"), "search", "QUI")).path("agents.totalCount")
			.entity(Long.class)
			.isEqualTo(1L);
	}

	@Test
	void pageGoesOnWhereItEndedWhileAgentsGetBetterAndWorse() {
		GraphQlTester.Response first = page(Map.of("orderBy", "HEALTH", "first", 2));
		String cursor = first.path("agents.pageInfo.endCursor").entity(String.class).get();
		executions().insertAll(IntStream.range(0, 30)
			.mapToObj((i) -> TestExecution.failed(agent("fine"), ago(Duration.ofMinutes(i)), 1, "no"))
			.toList());
		page(Map.of("orderBy", "HEALTH", "after", cursor)).path("agents.edges[*].node.name")
			.entityList(String.class)
			.containsExactly("stuck", "quiet");
	}

	@ParameterizedTest
	@ValueSource(strings = { "orderBy: EXECUTIONS, after: \"%s\"", "orderBy: HEALTH, health: [OK], after: \"%s\"",
			"health: []", "health: [SICK]", "orderBy: LUCK" })
	void whatCannotBeAskedIsRefused(String arguments) {
		String cursor = page(Map.of("orderBy", "HEALTH", "first", 1)).path("agents.pageInfo.endCursor")
			.entity(String.class)
			.get();
		graphQl().document("{ agents(" + arguments.formatted(cursor) + ") { totalCount } }")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement()
				.satisfies((error) -> assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT")));
	}

	@Test
	void manyAgentsCostAsManyStatementsAsOne() {
		String query = """
				{ agents(first: %d, orderBy: HEALTH) { totalCount edges { node {
					health { status } stuckExecutions { runningMs } } } } }
				""";
		graphQl().document(query.formatted(1)).executeAndVerify();
		List<String> ofOne = this.dataSource
			.statementsOf(() -> graphQl().document(query.formatted(1)).executeAndVerify());
		List<String> ofMany = this.dataSource
			.statementsOf(() -> graphQl().document(query.formatted(100)).executeAndVerify());
		// fields that are answered side by side may share a read of the ledger, or not
		Predicate<String> ledger = (sql) -> sql.contains("as run_starts");
		assertThat(ofMany).filteredOn(ledger.negate())
			.containsExactlyInAnyOrderElementsOf(ofOne.stream().filter(ledger.negate()).toList());
	}

	@Test
	void whatIsUsualIsReadOncePerVersionOfTheLedger() {
		ask("fine", HEALTH);
		assertThat(this.dataSource.statementsOf(() -> ask("fine", HEALTH)))
			.noneMatch((sql) -> sql.contains("agent_metrics"));
		aggregate(40);
		assertThat(this.dataSource.statementsOf(() -> ask("fine", HEALTH)))
			.filteredOn((sql) -> sql.contains("from agent_metrics"))
			.hasSize(1);
	}

	@Test
	void afterARunOnlyAgentsThatHaveChangedAreReadAnew() {
		Baselines before = baselines(Optional.empty());
		UUID late = executions().insert(TestExecution.failed(agent("fine"), ago(Duration.ofDays(9)), 1, "no"));
		close(9);
		Baselines after = baselines(Optional.of(before));
		assertThat(after.of(agent("fine")).failed()).isEqualTo(5);
		assertThat(after.agents().keySet()).isEqualTo(before.agents().keySet());
		assertThat(after.agents()).allSatisfy((agent, known) -> assertThat(known == before.agents().get(agent))
			.isEqualTo(!agent.equals(agent("fine"))));
		// its only execution there has gone
		executions().delete(late);
		close(9);
		assertThat(baselines(Optional.of(after)).of(agent("fine")).failed()).isEqualTo(4);
	}

	@Test
	void dayThatIsNoPartOfWhatIsUsualChangesNothing() {
		Baselines before = baselines(Optional.empty());
		executions().insert(TestExecution.failed(agent("fine"), ago(Duration.ofHours(25)), 1, "no"));
		close(1);
		assertThat(baselines(Optional.of(before))).isSameAs(before);
		ask("fine", HEALTH);
		close(1);
		assertThat(this.dataSource.statementsOf(() -> ask("fine", HEALTH)))
			.noneMatch((sql) -> sql.contains("from agent_metrics"));
	}

	@Test
	void dayThatIsOpenAgainDoesNotCount() {
		Baselines before = baselines(Optional.empty());
		JdbcClient.create(this.dataSource)
			.sql("delete from aggregated_days where metric_date = :day")
			.param("day", this.clock.today().minusDays(5))
			.update();
		Baselines after = this.repository.baselines(baselineDays(), ZoneId.of("UTC"),
				Set.of(this.clock.today().minusDays(5)), rhythms(), Optional.of(before));
		assertThat(after.agents()).isEmpty();
	}

	private Baselines baselines(Optional<Baselines> known) {
		return this.repository.baselines(baselineDays(), ZoneId.of("UTC"), Set.of(), rhythms(), known);
	}

	private RhythmBuilder rhythms() {
		return new RhythmBuilder(new DayCalendar(ZoneId.of("UTC")), baselineDays(), Set.of(), 0.001);
	}

	private Days baselineDays() {
		return new Days(this.clock.today().minusDays(29), this.clock.today().minusDays(1));
	}

	private void close(int daysAgo) {
		LocalDate day = this.clock.today().minusDays(daysAgo);
		new TestAggregator(this.dataSource, ZoneId.of("UTC")).close(day, day.plusDays(1));
	}

	/** Executions of a factor, twice the factor, … ms that started at about one time. */
	private void store(UUID agent, Duration ago, int successful, int failed, int factor) {
		executions().insertAll(IntStream.range(0, successful + failed)
			.mapToObj((i) -> (i < successful)
					? TestExecution.completed(agent, ago(ago).minusSeconds(i), (i + 1L) * factor)
					: TestExecution.failed(agent, ago(ago).minusSeconds(i), (i + 1L) * factor, "no"))
			.toList());
	}

	private UUID agent(String name) {
		return Objects.requireNonNull(this.agents.get(name));
	}

	private Instant ago(Duration duration) {
		return this.clock.instant().minus(duration);
	}

	private GraphQlTester.Response ask(String name, String fields) {
		return graphQl().document("{ agent(id: \"" + agent(name) + "\") { " + fields + " } }").execute();
	}

	private List<String> listed(Map<String, Object> asked) {
		List<String> names = new ArrayList<>();
		Map<String, Object> variables = new HashMap<>(asked);
		while (true) {
			GraphQlTester.Response response = page(variables);
			names.addAll(response.path("agents.edges[*].node.name").entityList(String.class).get());
			if (!response.path("agents.pageInfo.hasNextPage").entity(Boolean.class).get()) {
				return names;
			}
			variables.put("after", response.path("agents.pageInfo.endCursor").entity(String.class).get());
		}
	}

	private GraphQlTester.Response page(Map<String, Object> variables) {
		return graphQl().document(PAGE).variables(new HashMap<String, @Nullable Object>(variables)).execute();
	}

	/**
	 * An agent as the API judges it.
	 */
	record Judged(String name, Health health) {

		private boolean isSilent() {
			return this.health.findings.stream()
				.anyMatch((finding) -> finding.rule.equals("SILENT") && !finding.status.equals("OK"));
		}

		record Health(List<Finding> findings) {
		}

		record Finding(String rule, String status) {
		}

	}

}
