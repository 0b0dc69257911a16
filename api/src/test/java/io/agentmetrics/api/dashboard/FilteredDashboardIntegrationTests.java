package io.agentmetrics.api.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.metrics.source.TestUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.graphql.test.tester.GraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the dashboard and the list of agents with a filter against SQL over the raw
 * executions.
 */
@TestPropertySource(properties = { "agent-metrics.cache.open-windows=0s", "agent-metrics.series.executions-read=900" })
class FilteredDashboardIntegrationTests extends ApiTest {

	private static final long SEED = TestUsage.seed();

	private static final Random RANDOM = new Random(SEED);

	private static final String MATCHES = """
			 (:anyVersion or coalesce(agent_version, '?') in (:versions))
				and (:anyEnvironment or coalesce(environment, '?') in (:environments))
			""";

	private static boolean stored;

	@BeforeEach
	void store() {
		if (stored) {
			return;
		}
		stored = true;
		for (int i = 0; i < 4; i++) {
			TestUsage.store(this.dataSource, 400 + 300 * i, this.clock.instant(), Duration.ofDays(75), 3, SEED + i);
		}
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		// days of a single cell
		jdbc.sql("""
				update agent_executions set agent_version = 'v1', environment = 'test'
				where execution_start between :from and :to
				""")
			.param("from", daysAgo(25).atOffset(ZoneOffset.UTC))
			.param("to", daysAgo(14).atOffset(ZoneOffset.UTC))
			.update();
		executions().agent("idle");
		aggregate(80);
		// corrections that the stored days do not know, where an edge lies and elsewhere
		jdbc.sql("""
				update agent_executions set agent_version = 'v2'
				where (execution_start between :from and :to or execution_start > :late) and agent_version = 'v0'
				""")
			.param("from", daysAgo(8).atOffset(ZoneOffset.UTC))
			.param("to", daysAgo(6).atOffset(ZoneOffset.UTC))
			.param("late", daysAgo(2).atOffset(ZoneOffset.UTC))
			.update();
	}

	@RepeatedTest(8)
	void totalsAreTheExecutionsThatMatch() {
		Filter filter = randomFilter();
		GraphQlTester.Response answer = ask("""
				last24Hours { %1$s } last7Days { %1$s } last30Days { %1$s } totalAgents
				""".formatted("""
				from to totalExecutions successfulExecutions failedExecutions
				previous { from to totalExecutions successfulExecutions failedExecutions } change { comparable }
				"""), filter);
		for (String window : List.of("last24Hours", "last7Days", "last30Days")) {
			for (String part : List.of("", ".previous")) {
				Map<?, ?> totals = answer.path("dashboard." + window + part).entity(Map.class).get();
				assertThat(List.of(number(totals, "totalExecutions"), number(totals, "successfulExecutions"),
						number(totals, "failedExecutions")))
					.as(window + part + " of " + filter)
					.isEqualTo(counts(filter, instant(totals, "from"), instant(totals, "to")));
			}
			Instant begun = instant(answer.path("dashboard." + window + ".previous").entity(Map.class).get(), "from");
			answer.path("dashboard." + window + ".change.comparable")
				.entity(Boolean.class)
				.isEqualTo(counts(filter, begun.minus(Duration.ofDays(400)),
						LocalDate.ofInstant(begun, ZoneOffset.UTC).atStartOfDay().toInstant(ZoneOffset.UTC))
					.getFirst() > 0);
		}
		answer.path("dashboard.totalAgents").entity(Integer.class).isEqualTo(agents(filter, 30).size());
	}

	@RepeatedTest(4)
	void rankingsAreThoseOfTheSlice() {
		Filter filter = randomFilter();
		LocalDate today = this.clock.today();
		List<String> expected = matching("""
				select agents.name || ' ' || agents.id from agents
				join (
					select agent_id, count(*) filter (where status = 'COMPLETED') as successful,
						count(*) filter (where status in ('COMPLETED', 'FAILED', 'TIMEOUT')) as finished
					from agent_executions
					where execution_start >= :from and execution_start < :to and
				""" + MATCHES + """
					group by agent_id
				) counted on agent_id = agents.id
				where finished >= 10
				order by successful::numeric / finished desc, finished desc, agents.name, agents.id
				""", filter).param("from", today.minusDays(30).atStartOfDay().atOffset(ZoneOffset.UTC))
			.param("to", today.atStartOfDay().atOffset(ZoneOffset.UTC))
			.query((row, number) -> row.getString(1))
			.list();
		List<String> ranked = new ArrayList<>();
		// the corrections are not in closed days
		aggregate(80);
		ask("topPerformingAgents(first: 100) { agent { id name } totalExecutions p95Ms }", filter)
			.path("dashboard.topPerformingAgents[*].agent")
			.entityList(Map.class)
			.get()
			.forEach((agent) -> ranked.add(agent.get("name") + " " + agent.get("id")));
		assertThat(ranked).as(filter.toString()).isEqualTo(expected);
	}

	@RepeatedTest(4)
	void trendsAreTheDaysOfTheSlice() {
		Filter filter = randomFilter();
		aggregate(80);
		ask("executionTrends(timeRange: LAST_30_DAYS) { date aggregated totalExecutions successfulExecutions "
				+ "failedExecutions p95Ms }", filter)
			.path("dashboard.executionTrends")
			.entityList(Map.class)
			.get()
			.forEach((day) -> {
				Instant from = LocalDate.parse((String) day.get("date")).atStartOfDay().toInstant(ZoneOffset.UTC);
				Instant to = from.plus(Duration.ofDays(1));
				assertThat(List.of(number(day, "totalExecutions"), number(day, "successfulExecutions"),
						number(day, "failedExecutions")))
					.isEqualTo(counts(filter, from, to));
				assertThat(day.get("aggregated")).isEqualTo(true);
				assertThat(day.get("p95Ms")).isEqualTo(p95Ms(filter, from, to));
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "timeRange: LAST_1_DAY", "timeRange: LAST_30_DAYS", "timeRange: LAST_90_DAYS",
			"timeRange: LAST_7_DAYS, granularity: HOUR" })
	void everyPointIsWhatItsExecutionsSay(String window) {
		Filter filter = randomFilter();
		ask("series(" + window + ") { percentilesNote points { from to totalExecutions successfulExecutions "
				+ "failedExecutions aggregated p95Ms exact } }", filter)
			.path("dashboard.series.points")
			.entityList(Map.class)
			.get()
			.forEach((point) -> {
				Instant from = instant(point, "from");
				Instant to = instant(point, "to");
				assertThat(List.of(number(point, "totalExecutions"), number(point, "successfulExecutions"),
						number(point, "failedExecutions")))
					.isEqualTo(counts(filter, from, to));
				assertThat(point.get("aggregated")).isEqualTo(true);
				if (Boolean.TRUE.equals(point.get("exact"))) {
					assertThat(point.get("p95Ms")).isEqualTo(p95Ms(filter, from, to));
				}
			});
	}

	@Test
	void timesOfMoreHoursThanMayBeReadAreLeftOutAndThatIsSaid() {
		GraphQlTester.Response answer = ask(
				"series(timeRange: LAST_30_DAYS, granularity: HOUR) { percentilesNote points { totalExecutions p95Ms } }",
				new Filter(List.of("v0", "v1", "v2", "?"), null));
		answer.path("dashboard.series.percentilesNote")
			.entity(String.class)
			.isEqualTo("The times of single hours are not stored: ask for DAY or WEEK.");
		assertThat(answer.path("dashboard.series.points[*].p95Ms").entityList(Object.class).get()).containsOnlyNulls();
	}

	@ParameterizedTest
	@EnumSource
	void agentsAreThoseThatHaveRunWhatMatches(Order orderBy) {
		Filter filter = randomFilter();
		List<String> listed = new ArrayList<>();
		String cursor = null;
		int total;
		do {
			GraphQlTester.Response page = graphQl().document("""
					query ($filter: ExecutionFilter, $after: String) {
						agents(first: 3, after: $after, orderBy: %s, filter: $filter) {
							totalCount pageInfo { endCursor hasNextPage } edges { node { id } } } }
					""".formatted(orderBy)).variable("filter", filter.input()).variable("after", cursor).execute();
			listed.addAll(page.path("agents.edges[*].node.id").entityList(String.class).get());
			total = page.path("agents.totalCount").entity(Integer.class).get();
			cursor = page.path("agents.pageInfo.hasNextPage").entity(Boolean.class).get()
					? page.path("agents.pageInfo.endCursor").entity(String.class).get() : null;
		}
		while (cursor != null);
		Map<String, Long> lately = agents(filter, 1);
		assertThat(listed).hasSize(total).containsExactlyInAnyOrderElementsOf(agents(filter, 30).keySet());
		if (orderBy == Order.EXECUTIONS) {
			assertThat(listed.stream().map((agent) -> -lately.getOrDefault(agent, 0L))).isSorted();
		}
	}

	@Test
	void cursorOfAnotherFilterIsRefused() {
		String cursor = agentsPage(new Filter(List.of("v1"), null), null).path("agents.pageInfo.endCursor")
			.entity(String.class)
			.get();
		agentsPage(new Filter(List.of("v2"), null), cursor).errors()
			.satisfy((errors) -> assertThat(errors).singleElement()
				.satisfies((error) -> assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT")));
	}

	/** The day is read from its executions, once, however many of its cells match. */
	@Test
	void dayThatIsCutIsCountedOnceWhereHoursOfOneCellCannotBeRead() {
		aggregate(80);
		int damaged = JdbcClient.create(this.dataSource).sql("""
				with damaged as (
					select agent_id, metric_date, min(agent_version) as agent_version from agent_metric_cells
					where metric_date = :day and environment = 'production'
					group by agent_id, metric_date having count(*) > 1
				)
				update agent_metric_cells cell set hourly_counts = '\\x80' from damaged
				where (cell.agent_id, cell.metric_date, cell.agent_version)
					= (damaged.agent_id, damaged.metric_date, damaged.agent_version) and environment = 'production'
				""").param("day", this.clock.today().minusDays(7)).update();
		assertThat(damaged).isPositive();
		try {
			Filter production = new Filter(null, List.of("production"));
			Map<?, ?> totals = ask("last7Days { from to totalExecutions }", production).path("dashboard.last7Days")
				.entity(Map.class)
				.get();
			assertThat(number(totals, "totalExecutions"))
				.isEqualTo(counts(production, instant(totals, "from"), instant(totals, "to")).getFirst());
		}
		finally {
			aggregate(80);
		}
	}

	@Test
	void executionsThatAreStoredWithoutReleaseAreTold() {
		assertThat(missing()).isEmpty();
		storeWithoutRelease(this.clock.today().minusDays(3));
		try {
			assertThat(missing()).singleElement().asString().contains("are stored without them; rankings and trends");
			ask("executionTrends(timeRange: LAST_7_DAYS) { aggregated }", new Filter(List.of("v1"), null))
				.path("dashboard.executionTrends[*].aggregated")
				.entityList(Boolean.class)
				.containsExactly(true, true, true, true, false, true, true);
		}
		finally {
			aggregate(80);
		}
	}

	@ParameterizedTest
	@CsvSource({ "3,false,false,true", "10,false,false,true", "28,true,false,true", "40,true,false,false",
			"65,true,true,false" })
	void windowsOfWhichNotAllIsToldAreNotCompared(int daysAgo, boolean week, boolean month, boolean told) {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		aggregate(80);
		jdbc.sql("update aggregation_state set raw_from = :day").param("day", this.clock.today()).update();
		try {
			assertCompared(true, true, false);
			storeWithoutRelease(this.clock.today().minusDays(daysAgo));
			assertCompared(week, month, told);
		}
		finally {
			jdbc.sql("update aggregation_state set raw_from = null").update();
			aggregate(80);
		}
	}

	/** The executions are still there to be counted here. */
	@RepeatedTest(3)
	void ofDaysWhoseExecutionsAreGoneEachHourCountsWhereItStarts() {
		Filter filter = randomFilter();
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		aggregate(80);
		jdbc.sql("update aggregation_state set raw_from = :day").param("day", this.clock.today()).update();
		try {
			Map<?, ?> previous = ask(
					"last30Days { previous { from to totalExecutions successfulExecutions " + "failedExecutions } }",
					filter)
				.path("dashboard.last30Days.previous")
				.entity(Map.class)
				.get();
			assertThat(List.of(number(previous, "totalExecutions"), number(previous, "successfulExecutions"),
					number(previous, "failedExecutions")))
				.as(filter.toString())
				.isEqualTo(counts(filter, nextHour(instant(previous, "from")), nextHour(instant(previous, "to"))));
		}
		finally {
			jdbc.sql("update aggregation_state set raw_from = null").update();
		}
	}

	@Test
	void windowWhoseBeginningIsNotKnownIsNotCompared() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		aggregate(80);
		jdbc.sql("update aggregation_state set raw_from = :day").param("day", this.clock.today()).update();
		try {
			assertCompared(true, true, false);
			jdbc.sql("delete from aggregated_days where metric_date = :day")
				.param("day", this.clock.today().minusDays(60))
				.update();
			assertCompared(true, false, false);
		}
		finally {
			jdbc.sql("update aggregation_state set raw_from = null").update();
			aggregate(80);
		}
	}

	private static Instant nextHour(Instant moment) {
		return moment.plus(Duration.ofHours(1)).minusNanos(1).truncatedTo(ChronoUnit.HOURS);
	}

	private void assertCompared(boolean week, boolean month, boolean told) {
		GraphQlTester.Response answer = ask(
				"last7Days { change { comparable } } last30Days { change { comparable } } " + "provenance { missing }",
				new Filter(List.of("v1"), null));
		answer.path("dashboard.last7Days.change.comparable").entity(Boolean.class).isEqualTo(week);
		answer.path("dashboard.last30Days.change.comparable").entity(Boolean.class).isEqualTo(month);
		assertThat(answer.path("dashboard.provenance.missing")
			.entityList(String.class)
			.get()
			.stream()
			.anyMatch((sentence) -> sentence.contains("that match the filter are not counted"))).isEqualTo(told);
	}

	private void storeWithoutRelease(LocalDate day) {
		JdbcClient.create(this.dataSource)
			.sql("""
					with other as (
						select agent_id, metric_date, min(agent_version) as agent_version from agent_metric_cells
						where metric_date = :day and agent_version is not null and environment is null
						group by 1, 2
					)
					update agent_metric_cells cell set other = true, agent_version = null
					from other
					where (cell.agent_id, cell.metric_date, cell.agent_version) = (other.agent_id, other.metric_date, other.agent_version)
						and environment is null
					""")
			.param("day", day)
			.update();
	}

	@Test
	void costTheSameStatementsHoweverManyAgents() {
		String fields = "last24Hours { totalExecutions } series { points { p95Ms } } executionTrends { p95Ms } "
				+ "topPerformingAgents { p95Ms }";
		Filter filter = new Filter(List.of("v1"), null);
		ask(fields, filter);
		int few = this.dataSource.statementsOf(() -> ask(fields, filter)).size();
		IntStream.range(0, 50).forEach((i) -> executions().agent("more " + i));
		assertThat(this.dataSource.statementsOf(() -> ask(fields, filter))).hasSize(few);
	}

	@Test
	void filterThatNamesNothingIsRefused() {
		graphQl().document("{ dashboard(filter: {}) { totalAgents } agents(filter: {}) { totalCount } }")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).hasSize(2)
				.allSatisfy((error) -> assertThat(error.getMessage()).contains("must name versions or environments")));
	}

	private List<String> missing() {
		return ask("provenance { missing }", new Filter(List.of("v1"), null)).path("dashboard.provenance.missing")
			.entityList(String.class)
			.get();
	}

	private GraphQlTester.Response agentsPage(Filter filter, @Nullable String after) {
		return graphQl()
			.document("query ($filter: ExecutionFilter, $after: String) { agents(first: 1, after: $after, "
					+ "filter: $filter) { pageInfo { endCursor } } }")
			.variable("filter", filter.input())
			.variable("after", after)
			.execute();
	}

	private GraphQlTester.Response ask(String fields, Filter filter) {
		return graphQl().document("query ($filter: ExecutionFilter) { dashboard(filter: $filter) { " + fields + " } }")
			.variable("filter", filter.input())
			.execute();
	}

	private List<Long> counts(Filter filter, Instant from, Instant to) {
		return matching("""
				select count(*) as total, count(*) filter (where status = 'COMPLETED') as successful,
					count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed
				from agent_executions where execution_start >= :from and execution_start < :to and
				""" + MATCHES, filter).param("from", from.atOffset(ZoneOffset.UTC))
			.param("to", to.atOffset(ZoneOffset.UTC))
			.query((row, number) -> List.of(row.getLong(1), row.getLong(2), row.getLong(3)))
			.single();
	}

	private @Nullable Integer p95Ms(Filter filter, Instant from, Instant to) {
		List<Integer> found = matching("""
				select percentile_disc(0.95) within group (order by execution_time_ms)
				from agent_executions where execution_start >= :from and execution_start < :to
					and execution_time_ms is not null and
				""" + MATCHES + " having count(*) > 0", filter).param("from", from.atOffset(ZoneOffset.UTC))
			.param("to", to.atOffset(ZoneOffset.UTC))
			.query((row, number) -> row.getInt(1))
			.list();
		return found.isEmpty() ? null : found.getFirst();
	}

	private Map<String, Long> agents(Filter filter, int days) {
		Map<String, Long> agents = new HashMap<>();
		matching("""
				select agent_id, count(*) as executions
				from agent_executions where execution_start >= :from and execution_start < :to and
				""" + MATCHES + " group by agent_id", filter).param("from", daysAgo(days).atOffset(ZoneOffset.UTC))
			.param("to", this.clock.instant().atOffset(ZoneOffset.UTC))
			.query((row) -> {
				agents.put(row.getObject("agent_id", UUID.class).toString(), row.getLong("executions"));
			});
		return agents;
	}

	private JdbcClient.StatementSpec matching(String sql, Filter filter) {
		return JdbcClient.create(this.dataSource)
			.sql(sql)
			.param("anyVersion", filter.versions() == null)
			.param("versions", (filter.versions() != null) ? filter.versions() : List.of(""))
			.param("anyEnvironment", filter.environments() == null)
			.param("environments", (filter.environments() != null) ? filter.environments() : List.of(""));
	}

	private Instant daysAgo(int days) {
		return this.clock.instant().minus(Duration.ofDays(days));
	}

	private static long number(Map<?, ?> object, String field) {
		return ((Number) Objects.requireNonNull(object.get(field))).longValue();
	}

	private static Instant instant(Map<?, ?> object, String field) {
		return OffsetDateTime.parse((String) Objects.requireNonNull(object.get(field))).toInstant();
	}

	private static Filter randomFilter() {
		List<String> versions = List.of("v0", "v1", "v2", "?", "v9");
		List<String> environments = List.of("production", "staging", "test", "?", "nowhere");
		boolean withVersions = RANDOM.nextInt(4) > 0;
		return new Filter(withVersions ? some(versions) : null,
				(!withVersions || RANDOM.nextBoolean()) ? some(environments) : null);
	}

	private static List<String> some(List<String> names) {
		return RANDOM.ints(RANDOM.nextInt(1, 4), 0, names.size()).distinct().mapToObj(names::get).toList();
	}

	/**
	 * What a list can be ordered by.
	 */
	enum Order {

		NAME, HEALTH, EXECUTIONS, ERROR_RATE, P95

	}

	/**
	 * Which executions count.
	 *
	 * @param versions releases, ? for what does not say it; null for all
	 * @param environments environments, likewise
	 */
	record Filter(@Nullable List<String> versions, @Nullable List<String> environments) {

		Map<String, Object> input() {
			Map<String, Object> input = new HashMap<>();
			put(input, "versions", "unknownVersion", this.versions);
			put(input, "environments", "unknownEnvironment", this.environments);
			return input;
		}

		private static void put(Map<String, Object> input, String names, String unknown, @Nullable List<String> of) {
			if (of != null) {
				List<String> named = of.stream().filter((name) -> !name.equals("?")).toList();
				if (!named.isEmpty()) {
					input.put(names, named);
				}
				input.put(unknown, of.contains("?"));
			}
		}

	}

}
