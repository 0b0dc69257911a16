package io.agentmetrics.api.metrics.source;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.number.Percent;
import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class ReleasesIntegrationTests {

	private static final MetricsFields FIELDS = new MetricsFields(true, false, false, false, Set.of(), false, true,
			true);

	private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

	private static final Instant NOW = TODAY.atTime(12, 34, 56).toInstant(ZoneOffset.UTC);

	private final TestDatabase database = TestDatabase.create();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final TestMetricsSource source = new TestMetricsSource(this.jdbc);

	private final Random random = new Random(TestUsage.seed());

	@AfterEach
	void dropDatabase() {
		this.database.close();
	}

	@RepeatedTest(3)
	void eachReleaseIsWhatItsExecutionsSay() {
		List<UUID> agents = store(1_500, 3);
		Window window = randomWindow();
		for (ExecutionFilter filter : List.of(ExecutionFilter.ALL, production())) {
			Map<UUID, List<Release>> releases = ask(agents, window, filter, 100);
			for (UUID agent : agents) {
				List<Expected> expected = expected(agent, window, filter);
				assertThat(of(releases, agent)).map(Expected::of).containsExactlyElementsOf(expected);
				assertThat(of(releases, agent).stream().mapToLong(Release::totalExecutions).sum())
					.isEqualTo(of(releases, agent).getFirst().ofExecutions());
				assertThat(of(releases, agent)).extracting(Release::version).contains(Optional.empty());
			}
		}
	}

	@RepeatedTest(2)
	void ofManyTheLatestAreListedEachOfThemWhole() {
		List<UUID> agents = store(2_500, 90);
		Window window = randomWindow();
		Map<UUID, List<Release>> releases = ask(agents, window, ExecutionFilter.ALL, 20);
		for (UUID agent : agents) {
			List<Expected> all = expected(agent, window, ExecutionFilter.ALL);
			List<Expected> listed = of(releases, agent).stream().map(Expected::of).toList();
			assertThat(listed).hasSize(20)
				.isSortedAccordingTo(Comparator.comparing(Expected::lastRun).reversed())
				.isSubsetOf(all);
			Instant last = listed.getLast().lastRun();
			assertThat(all).filteredOn((each) -> !listed.contains(each))
				.allSatisfy((each) -> assertThat(day(each.lastRun())).isBeforeOrEqualTo(day(last)))
				// the day in which the window ends is not stored
				.filteredOn((each) -> day(each.lastRun()).equals(day(window.to())))
				.allSatisfy((each) -> assertThat(each.lastRun()).isBefore(last));
			long total = all.stream().mapToLong(Expected::executions).sum();
			assertThat(of(releases, agent)).allSatisfy(
					(release) -> assertThat(release.share()).isEqualTo(Percent.of(release.totalExecutions(), total)));
		}
	}

	@Test
	void whenTheExecutionsHaveBeenDroppedTheirHourIsLeft() {
		UUID agent = new TestExecutions(this.database.dataSource()).agent("agent");
		Instant start = TODAY.minusDays(5).atTime(7, 10).toInstant(ZoneOffset.UTC);
		new TestExecutions(this.database.dataSource()).insertAll(List.of(TestExecution.completed(agent, start, 1),
				TestExecution.completed(agent, start.plusSeconds(7_200), 1)));
		this.jdbc.sql("update agent_executions set agent_version = '1'").update();
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(TODAY.minusDays(13), TODAY);
		this.jdbc.sql("delete from agent_executions").update();
		this.jdbc.sql("update aggregation_state set raw_from = :day").param("day", TODAY.minusDays(2)).update();
		Release release = of(
				ask(List.of(agent), new Window(NOW.minus(Duration.ofDays(7)), NOW), ExecutionFilter.ALL, 5), agent)
			.getFirst();
		assertThat(release.firstRun()).isEqualTo(start.truncatedTo(ChronoUnit.HOURS));
		assertThat(release.lastRun()).isEqualTo(start.plusSeconds(7_200).truncatedTo(ChronoUnit.HOURS));
		assertThat(release.totalExecutions()).isEqualTo(2);
	}

	@Test
	void agentThatDidNotRunHasNone() {
		assertThat(ask(List.of(new UUID(0, 1)), randomWindow(), ExecutionFilter.ALL, 5)).isEmpty();
	}

	private List<UUID> store(int count, int versions) {
		List<UUID> agents = TestUsage.store(this.database.dataSource(), count, NOW, Duration.ofDays(12), versions,
				this.random.nextLong());
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(TODAY.minusDays(13), TODAY);
		// a late correction
		this.jdbc.sql("update agent_executions set agent_version = 'v1' where execution_start between :from and :to")
			.param("from", NOW.minus(Duration.ofDays(4)).atOffset(ZoneOffset.UTC))
			.param("to", NOW.minus(Duration.ofDays(3)).atOffset(ZoneOffset.UTC))
			.update();
		return agents;
	}

	private Map<UUID, List<Release>> ask(List<UUID> agents, Window window, ExecutionFilter filter, int first) {
		return this.source.releases(agents, new ReleasesQuestion(new Period.Between(window), filter, first, FIELDS));
	}

	private static List<Release> of(Map<UUID, List<Release>> releases, UUID agent) {
		return releases.getOrDefault(agent, List.of());
	}

	private static ExecutionFilter production() {
		return ExecutionFilter.of(new ExecutionFilter.Input(null, false, List.of("production"), true));
	}

	private Window randomWindow() {
		long day = Duration.ofDays(1).toMillis();
		return new Window(NOW.minusMillis(this.random.nextLong(5 * day, 12 * day)),
				NOW.minusMillis(this.random.nextLong(2 * day)));
	}

	private List<Expected> expected(UUID agent, Window window, ExecutionFilter filter) {
		return this.jdbc.sql("""
				select coalesce(agent_version, ''), min(execution_start), max(execution_start), count(*),
					count(*) filter (where status = 'COMPLETED'), count(error_message), sum(execution_time_ms),
					coalesce(sum(input_tokens), 0) + coalesce(sum(output_tokens), 0), coalesce(sum(cost_usd), 0)
				from agent_executions
				where agent_id = :agent and execution_start >= :from and execution_start < :to
					and (:everywhere or coalesce(environment, 'production') = 'production')
				group by agent_version
				order by 3 desc
				""")
			.param("agent", agent)
			.param("from", window.from().atOffset(ZoneOffset.UTC))
			.param("to", window.to().atOffset(ZoneOffset.UTC))
			.param("everywhere", filter.isAll())
			.query((row, number) -> new Expected(row.getString(1), row.getObject(2, OffsetDateTime.class).toInstant(),
					row.getObject(3, OffsetDateTime.class).toInstant(), row.getLong(4), row.getLong(5), row.getLong(6),
					row.getLong(7), row.getLong(8), plain(row.getObject(9, BigDecimal.class))))
			.list();
	}

	private static LocalDate day(Instant moment) {
		return LocalDate.ofInstant(moment, ZoneOffset.UTC);
	}

	private static String plain(BigDecimal number) {
		return number.stripTrailingZeros().toPlainString();
	}

	/**
	 * What the raw executions say of a release.
	 */
	private record Expected(String version, Instant firstRun, Instant lastRun, long executions, long successful,
			long errors, long sumMs, long tokens, String costUsd) {

		private static Expected of(Release release) {
			Metrics metrics = release.metrics();
			return new Expected(release.version().orElse(""), release.firstRun(), release.lastRun(),
					release.totalExecutions(), release.successfulExecutions(), release.totalErrors(),
					metrics.times().orElseThrow().sumMs(), metrics.tokens().orElseThrow().sumMs(),
					plain(metrics.usage().costUsd()));
		}

	}

}
