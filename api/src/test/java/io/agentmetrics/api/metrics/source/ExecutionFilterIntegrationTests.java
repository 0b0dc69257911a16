package io.agentmetrics.api.metrics.source;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.MetricType;
import io.agentmetrics.api.metrics.MetricsSeries;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.SeriesPoint;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.model.error.ErrorGroup;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.time.Granularity;
import io.agentmetrics.model.time.Window;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class ExecutionFilterIntegrationTests {

	private static final MetricsFields ALL = new MetricsFields(true, true, true, true,
			Set.of(Granularity.DAY, Granularity.HOUR), true, true, true);

	private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

	private static final Instant NOW = TODAY.atTime(12, 34, 56).toInstant(ZoneOffset.UTC);

	private static final long SEED = Long.getLong("seed", System.nanoTime());

	private static final Random RANDOM = new Random(SEED);

	/** Enough for more cells a day than are told apart. */
	private static final int MANY = 90;

	private static TestDatabase database;

	private static JdbcClient jdbc;

	private static TestMetricsSource source;

	private static List<UUID> fewReleases;

	private static List<UUID> manyReleases;

	@BeforeAll
	static void store() {
		System.out.println("Seed: " + SEED);
		database = TestDatabase.create();
		jdbc = JdbcClient.create(database.dataSource());
		source = new TestMetricsSource(jdbc);
		fewReleases = TestUsage.store(database.dataSource(), 2_000, NOW, Duration.ofDays(12), 3, SEED);
		manyReleases = TestUsage.store(database.dataSource(), 3_000, NOW, Duration.ofDays(12), MANY, SEED + 1);
		// days of a single cell
		jdbc.sql("update agent_executions set agent_version = 'v1', environment = 'test' where execution_start < :to")
			.param("to", start(8).atOffset(ZoneOffset.UTC))
			.update();
		new TestAggregator(database.dataSource(), ZoneOffset.UTC).close(TODAY.minusDays(13), TODAY);
		// late corrections and executions, which the stored days do not know
		jdbc.sql("""
				update agent_executions set agent_version = 'v2', cost_usd = 7
				where agent_id = any (:agents) and execution_start between :from and :to and agent_version = 'v0'
				""")
			.param("agents", agents().toArray(UUID[]::new))
			.param("from", start(3).atOffset(ZoneOffset.UTC))
			.param("to", start(2).atOffset(ZoneOffset.UTC))
			.update();
		assertThat(jdbc.sql("select count(*) from agent_metric_cells where other").query(Long.class).single())
			.isPositive();
		assertThat(jdbc.sql("select count(*) from agent_metrics where cells = 1").query(Long.class).single())
			.isPositive();
	}

	@AfterAll
	static void dropDatabase() {
		database.close();
	}

	@RepeatedTest(8)
	void realtimeAndHybridAreTheExecutionsThatMatch() {
		Window window = randomWindow();
		ExecutionFilter filter = randomFilter();
		for (MetricType type : List.of(MetricType.REALTIME, MetricType.HYBRID)) {
			for (AgentMetrics answer : ask(agents(), window, type, filter)) {
				assertEqual(answer, expected(answer, window, filter, false));
				assertThat(answer.provenance().missing()).noneMatch((sentence) -> sentence.contains("are stored"));
				assertThat(answer.errors().total()).isEqualTo(errors(answer.agentId(), window, filter));
			}
		}
	}

	@Test
	void hybridHasTheGroupsOfErrorsOfRealtime() {
		Window window = new Window(NOW.minus(Duration.ofDays(11)), NOW);
		ExecutionFilter filter = filter(List.of("v1"), List.of("test"));
		for (UUID agent : agents()) {
			List<ErrorGroup> groups = ask(List.of(agent), window, MetricType.REALTIME, filter).getFirst()
				.errors()
				.groups();
			assertThat(groups).isNotEmpty();
			assertThat(ask(List.of(agent), window, MetricType.HYBRID, filter).getFirst().errors().groups())
				.containsExactlyInAnyOrderElementsOf(groups);
		}
	}

	@RepeatedTest(8)
	void aggregatedIsWhatTheDaysTellApartAndSaysWhatTheyDoNot() {
		int to = RANDOM.nextInt(4, 8);
		Window window = new Window(start(to + RANDOM.nextInt(1, 5)), start(to));
		ExecutionFilter filter = randomFilter();
		for (AgentMetrics answer : ask(agents(), window, MetricType.AGGREGATED, filter)) {
			assertEqual(answer, expected(answer, window, filter, true));
			long untold = expected(answer, window, filter, false).counts().total() - answer.totalExecutions();
			if (untold > 0) {
				assertThat(answer.provenance().missing())
					.anyMatch((sentence) -> sentence.contains("are stored without"));
			}
			if (answer.errors().total() < errors(answer.agentId(), window, filter)) {
				assertThat(answer.provenance().missing())
					.anyMatch((sentence) -> sentence.startsWith("The groups of errors"));
			}
		}
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void partsThatMatchNothingInCommonAddUpToTheWhole(MetricType type) {
		Window window = new Window(start(7), start(4));
		List<AgentMetrics> all = ask(fewReleases, window, type, ExecutionFilter.ALL);
		List<ExecutionFilter> parts = List.of(filter(List.of("v0"), null), filter(List.of("v1", "v2"), null),
				ExecutionFilter.of(new ExecutionFilter.Input(null, true, null, false)));
		for (int i = 0; i < all.size(); i++) {
			ExecutionCounts sum = ExecutionCounts.empty();
			UsageTotals usage = UsageTotals.NONE;
			for (ExecutionFilter part : parts) {
				Metrics metrics = ask(List.of(all.get(i).agentId()), window, type, part).getFirst().metrics();
				assertThat(metrics.counts().total()).isPositive();
				sum = sum.plus(metrics.counts());
				usage = usage.plus(metrics.usage());
			}
			assertThat(sum).isEqualTo(all.get(i).metrics().counts());
			assertThat(usage.tokens()).isEqualTo(all.get(i).metrics().usage().tokens());
			assertThat(usage.costUsd()).isEqualByComparingTo(all.get(i).metrics().usage().costUsd());
		}
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void releaseThatNeverRanIsAnEmptyAnswerThatSaysSo(MetricType type) {
		AgentMetrics answer = ask(fewReleases, new Window(start(7), start(4)), type, filter(List.of("v9"), null))
			.getFirst();
		assertThat(answer.totalExecutions()).isZero();
		assertThat(answer.metrics().usage()).isEqualTo(UsageTotals.NONE);
		assertThat(answer.errors().groups()).isEmpty();
		assertThat(answer.provenance().missing()).contains("No execution matches the filter.");
	}

	@ParameterizedTest
	@EnumSource(MetricType.class)
	void releaseThatHadNotRunBeforeHasNothingToBeComparedWith(MetricType type) {
		Window window = new Window(start(7), start(4));
		for (List<String> version : List.of(List.of("v2"), List.of("v1"))) {
			MetricsQuestion question = new MetricsQuestion(new Period.Between(window), type, filter(version, null),
					MetricsFields.none());
			source.read(fewReleases, question.previous(MetricsFields.none()))
				.values()
				.forEach((before) -> assertThat(before.lacking().isPresent()).isEqualTo(version.contains("v2")));
		}
	}

	private static Collection<UUID> agents() {
		List<UUID> agents = new ArrayList<>(fewReleases);
		agents.addAll(manyReleases);
		return agents;
	}

	private static List<AgentMetrics> ask(Collection<UUID> agents, Window window, MetricType type,
			ExecutionFilter filter) {
		return List
			.copyOf(source.read(agents, new MetricsQuestion(new Period.Between(window), type, filter, ALL)).values());
	}

	private static void assertEqual(AgentMetrics answer, Expected expected) {
		Metrics metrics = answer.metrics();
		assertThat(metrics.counts()).isEqualTo(expected.counts());
		assertThat(metrics.times().orElseThrow().count()).isEqualTo(expected.timed());
		assertThat(metrics.times().orElseThrow().sumMs()).isEqualTo(expected.sumMs());
		assertThat(metrics.distribution().orElseThrow().count()).isEqualTo(expected.timed());
		if (metrics.times().orElseThrow().exact()) {
			assertThat(metrics.times().orElseThrow().p95Ms().stream().boxed().toList()).isEqualTo(expected.p95Ms());
		}
		assertThat(metrics.usage().tokens()).isEqualTo(expected.tokens());
		assertThat(metrics.usage().tokenExecutions()).isEqualTo(expected.tokenExecutions());
		assertThat(metrics.tokens().orElseThrow().count()).isEqualTo(expected.tokenExecutions());
		assertThat(metrics.usage().costUsd()).isEqualByComparingTo(expected.costUsd());
		for (MetricsSeries series : metrics.series().values()) {
			assertThat(series.points().stream().mapToLong(SeriesPoint::totalExecutions).sum())
				.isEqualTo(expected.counts().total());
			assertThat(series.points().stream().mapToLong(SeriesPoint::failedExecutions).sum())
				.isEqualTo(expected.counts().failed());
		}
	}

	/**
	 * Counts raw executions.
	 * @param toldApart leaves out those of cells that are not stored by themselves
	 */
	private static Expected expected(AgentMetrics answer, Window window, ExecutionFilter filter, boolean toldApart) {
		return matching("""
				select count(*) filter (where status = 'COMPLETED') as successful_executions,
					count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed_executions,
					count(*) filter (where status = 'CANCELLED') as cancelled_executions,
					count(*) filter (where status in ('PENDING', 'RUNNING')) as in_progress_executions,
					count(error_message) as total_errors, count(execution_time_ms) as timed,
					coalesce(sum(execution_time_ms), 0) as sum_ms,
					percentile_disc(0.95) within group (order by execution_time_ms) as p95_ms,
					coalesce(sum(input_tokens), 0) + coalesce(sum(output_tokens), 0) as tokens,
					count(*) filter (where input_tokens is not null or output_tokens is not null) as token_executions,
					coalesce(sum(cost_usd), 0) as cost_usd
				""", answer.agentId(), window, filter, toldApart).query((row, number) -> {
			return new Expected(
					new ExecutionCounts(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)),
					row.getLong("timed"), row.getLong("sum_ms"),
					Stream.ofNullable(row.getObject("p95_ms", Long.class)).toList(), row.getLong("tokens"),
					row.getLong("token_executions"), row.getBigDecimal("cost_usd"));
		}).single();
	}

	private static long errors(UUID agent, Window window, ExecutionFilter filter) {
		return matching("select count(*) filter (where error_message is not null or status in ('FAILED', 'TIMEOUT'))",
				agent, window, filter, false)
			.query(Long.class)
			.single();
	}

	private static JdbcClient.StatementSpec matching(String select, UUID agent, Window window, ExecutionFilter filter,
			boolean toldApart) {
		return jdbc.sql(select + """
				 from agent_executions execution
				where agent_id = :agent and execution_start >= :from and execution_start < :to
					and (:anyVersion or coalesce(agent_version, '?') in (:versions))
					and (:anyEnvironment or coalesce(environment, '?') in (:environments))
					and (not :toldApart or exists (
							select from agent_metrics day
							where day.agent_id = :agent and cells = 1
								and metric_date = (execution_start at time zone 'UTC')::date)
						or exists (
							select from agent_metric_cells cell
							where cell.agent_id = :agent and not other
								and metric_date = (execution_start at time zone 'UTC')::date
								and cell.agent_version is not distinct from execution.agent_version
								and cell.environment is not distinct from execution.environment))
				""")
			.param("agent", agent)
			.param("from", window.from().atOffset(ZoneOffset.UTC))
			.param("to", window.to().atOffset(ZoneOffset.UTC))
			.param("anyVersion", filter.versions().isEmpty())
			.param("versions", filter.versions().map(ExecutionFilterIntegrationTests::names).orElse(List.of("")))
			.param("anyEnvironment", filter.environments().isEmpty())
			.param("environments",
					filter.environments().map(ExecutionFilterIntegrationTests::names).orElse(List.of("")))
			.param("toldApart", toldApart);
	}

	private static List<String> names(ExecutionFilter.Choice choice) {
		List<String> names = new ArrayList<>(choice.names());
		if (choice.unknown()) {
			names.add("?");
		}
		return names;
	}

	private static Window randomWindow() {
		Instant from = NOW.minusMillis(RANDOM.nextLong(Duration.ofDays(2).toMillis(), Duration.ofDays(12).toMillis()));
		return new Window(from, NOW.minusMillis(RANDOM.nextLong(Duration.ofDays(2).toMillis())));
	}

	private static ExecutionFilter randomFilter() {
		List<String> versions = IntStream.range(0, RANDOM.nextInt(1, 6))
			.mapToObj((i) -> "v" + RANDOM.nextInt(RANDOM.nextBoolean() ? 3 : MANY))
			.toList();
		List<String> environments = List.of("production", "staging", "test", "nowhere");
		boolean withVersions = RANDOM.nextInt(4) > 0;
		return ExecutionFilter.of(new ExecutionFilter.Input(withVersions ? versions : null, RANDOM.nextBoolean(),
				(!withVersions || RANDOM.nextBoolean()) ? environments.subList(0, RANDOM.nextInt(1, 5)) : null,
				RANDOM.nextInt(3) == 0));
	}

	private static ExecutionFilter filter(List<String> versions, @Nullable List<String> environments) {
		return ExecutionFilter.of(new ExecutionFilter.Input(versions, false, environments, false));
	}

	private static Instant start(int daysAgo) {
		return TODAY.minusDays(daysAgo).atStartOfDay().toInstant(ZoneOffset.UTC);
	}

	/**
	 * What the raw executions say.
	 */
	private record Expected(ExecutionCounts counts, long timed, long sumMs, List<Long> p95Ms, long tokens,
			long tokenExecutions, BigDecimal costUsd) {
	}

}
