package io.agentmetrics.api.metrics.source;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentsIntegrationTests {

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

	@RepeatedTest(4)
	void segmentsAreWhatTheExecutionsSay() {
		List<UUID> agents = TestUsage.store(this.database.dataSource(), 1_500, NOW, Duration.ofDays(12), 3,
				this.random.nextLong());
		close();
		// a late correction, so that one agent's executions are read in other windows
		this.jdbc.sql(
				"update agent_executions set status = 'FAILED' where execution_start between :from and :to and agent_id = :agent")
			.param("agent", agents.getFirst())
			.param("from", NOW.minus(Duration.ofDays(4)).atOffset(ZoneOffset.UTC))
			.param("to", NOW.minus(Duration.ofDays(3)).atOffset(ZoneOffset.UTC))
			.update();
		for (ExecutionFilter filter : List.of(ExecutionFilter.ALL, production())) {
			List<UUID> asked = new ArrayList<>(agents);
			// many are looked up in another way
			IntStream.range(0, this.random.nextInt(200)).forEach((other) -> asked.add(UUID.randomUUID()));
			assertRight(agents, new SegmentsQuestion(asked, randomEdges(), filter, randomLimits()));
			assertRight(agents, new SegmentsQuestion(asked, randomEdges(), filter, Set.of()));
		}
	}

	@Test
	void withoutLimitsNoTimesAreRead() {
		List<UUID> agents = TestUsage.store(this.database.dataSource(), 500, NOW, Duration.ofDays(12), 3,
				this.random.nextLong());
		close();
		this.jdbc.sql("update agent_metrics set latency_sketch = '\\xcafe'").update();
		SegmentsQuestion question = new SegmentsQuestion(agents, randomEdges(), ExecutionFilter.ALL, Set.of());
		assertRight(agents, question);
	}

	@RepeatedTest(2)
	void whatIsKeptOfDaysIsRightUntilTheyChange() {
		List<UUID> agents = TestUsage.store(this.database.dataSource(), 1_500, NOW, Duration.ofDays(12), 3,
				this.random.nextLong());
		close();
		Set<Instant> edges = randomEdges();
		Set<Long> limits = this.random.nextBoolean() ? randomLimits() : Set.of();
		assertBothRight(agents, edges, limits);
		// the moments move on, the days between do not
		assertBothRight(agents, edges.stream().map((edge) -> edge.plusMillis(1)).toList(), limits);
		assertThat(this.jdbc.sql("""
				update agent_executions set status = 'FAILED', execution_time_ms = 1
				where agent_id = :agent and execution_start < :to
				""")
			.param("agent", agents.getFirst())
			.param("to", NOW.minus(Duration.ofDays(4)).atOffset(ZoneOffset.UTC))
			.update()).isPositive();
		assertBothRight(agents, edges, limits);
		close();
		assertBothRight(agents, edges, limits);
		SegmentsQuestion ofWholeDays = new SegmentsQuestion(agents,
				List.of(TODAY.minusDays(9).atStartOfDay().toInstant(ZoneOffset.UTC), NOW), ExecutionFilter.ALL, limits);
		assertRight(agents, ofWholeDays);
		// behind the ledger's back: what stays right is not read again
		this.jdbc.sql("delete from agent_metrics").update();
		assertRight(agents, ofWholeDays);
	}

	private void assertBothRight(List<UUID> agents, Collection<Instant> edges, Collection<Long> limits) {
		assertRight(agents, new SegmentsQuestion(agents, edges, ExecutionFilter.ALL, limits));
		assertRight(agents, new SegmentsQuestion(agents, edges, production(), limits));
	}

	private void assertRight(List<UUID> agents, SegmentsQuestion question) {
		Map<UUID, Segments> segments = this.source.segments(question);
		for (UUID agent : agents) {
			assertThat(of(segments, agent).counts()).as("%s", question)
				.isEqualTo(IntStream.range(0, question.segments())
					.mapToObj((segment) -> expected(agent, question, segment))
					.toList());
			assertThat(of(segments, agent).provenance(question.edges()).missing()).isEmpty();
		}
	}

	@Test
	void ofADayThatAMomentCutsOnlyItsHourIsReadAgain() {
		UUID agent = new TestExecutions(this.database.dataSource()).agent("agent");
		LocalDate day = TODAY.minusDays(3);
		Instant cut = day.atTime(10, 30).toInstant(ZoneOffset.UTC);
		Instant first = day.minusDays(1).atTime(10, 30).toInstant(ZoneOffset.UTC);
		new TestExecutions(this.database.dataSource()).insertAll(Stream
			.of(first.minusSeconds(1), first.minusSeconds(3_600), first, cut.minusSeconds(3_600), cut.minusSeconds(1),
					cut, cut.plusSeconds(3_600))
			.map((start) -> TestExecution.completed(agent, start, 1))
			.toList());
		close();
		// without a trace, so that the stored hours can be told from the executions
		this.jdbc
			.sql("set session_replication_role = replica; update agent_executions set status = 'FAILED'; "
					+ "reset session_replication_role")
			.update();
		SegmentsQuestion question = new SegmentsQuestion(List.of(agent), List.of(first, cut, NOW), ExecutionFilter.ALL,
				Set.of());
		Segments segments = of(this.source.segments(question), agent);
		assertThat(segments.counts()).extracting(SegmentCounts::successful).containsExactly(1L, 1L);
		assertThat(segments.counts()).extracting(SegmentCounts::failed).containsExactly(2L, 1L);
		assertThat(segments.provenance(question.edges()).missing()).isEmpty();
	}

	@RepeatedTest(3)
	void ofBusyDaysTheCountsLieWithinTheirBounds() {
		UUID agent = new TestExecutions(this.database.dataSource()).agent("busy");
		long day = Duration.ofDays(1).toMillis();
		new TestExecutions(this.database.dataSource()).insertAll(IntStream.range(0, 12_000)
			.mapToObj((number) -> TestExecution.completed(agent, NOW.minusMillis(this.random.nextLong(4 * day)),
					(long) Math.exp(3 * this.random.nextGaussian() + 8)))
			.toList());
		close();
		SegmentsQuestion question = new SegmentsQuestion(List.of(agent),
				List.of(NOW.minus(Duration.ofDays(5)), NOW.minus(Duration.ofDays(2)), NOW), ExecutionFilter.ALL,
				List.of(1L, 500L, 3_000L, 20_000L, 100_000L, Long.MAX_VALUE - 1));
		List<SegmentCounts> counts = of(this.source.segments(question), agent).counts();
		double widest = 0;
		for (int segment = 0; segment < 2; segment++) {
			SegmentCounts exact = expected(agent, question, segment);
			assertThat(counts.get(segment).timed()).isEqualTo(exact.timed());
			for (int limit = 0; limit < question.limitsMs().size(); limit++) {
				CountWithin found = counts.get(segment).within().get(limit);
				double off = Math.abs(found.executions() - exact.within().get(limit).executions());
				assertThat(off).isLessThanOrEqualTo(found.error() + 1e-6);
				assertThat(found.error()).isLessThan(0.014 * exact.timed());
				widest = Math.max(widest, found.error());
			}
			assertThat(counts.get(segment).within().getLast()).isEqualTo(new CountWithin(exact.timed(), 0));
		}
		assertThat(widest).isPositive();
	}

	@Test
	void whatIsLeftOutIsTold() {
		UUID agent = new TestExecutions(this.database.dataSource()).agent("agent");
		Instant start = TODAY.minusDays(5).atTime(7, 10).toInstant(ZoneOffset.UTC);
		new TestExecutions(this.database.dataSource()).insertAll(List.of(TestExecution.completed(agent, start, 1),
				TestExecution.completed(agent, NOW.minusSeconds(9), 1)));
		close();
		drop(TODAY.minusDays(2));
		// divides the day, whose executions are gone
		Instant cut = start.minusSeconds(60);
		Instant first = NOW.minus(Duration.ofDays(40));
		Instant later = NOW.minus(Duration.ofDays(2));
		SegmentsQuestion question = new SegmentsQuestion(List.of(agent), List.of(first, cut, later, NOW),
				ExecutionFilter.ALL, List.of(1L));
		Segments segments = of(this.source.segments(question), agent);
		assertThat(segments.counts()).extracting(SegmentCounts::successful).containsExactly(1L, 0L, 1L);
		assertThat(segments.provenance(List.of(cut)).missing()).containsExactly(
				"Of days whose executions have been dropped only the whole is known: they count to the time before "
						+ cut + ".");
		assertThat(segments.provenance(List.of(first, later)).missing()).singleElement()
			.asString()
			.startsWith("Nothing is known of the time before ")
			.endsWith("have been dropped.");
		this.jdbc.sql("update agent_metrics set latency_sketch = '\\xcafe'").update();
		// another that has kept nothing
		Segments unreadable = of(new TestMetricsSource(this.jdbc).segments(question), agent);
		assertThat(unreadable.provenance(List.of(first)).missing())
			.contains("The times of 1 days cannot be read and are left out; the days have to be aggregated again.");
		assertThat(unreadable.provenance(List.of(later)).missing()).isEmpty();
	}

	@Test
	void beginningOfADayWhoseExecutionsAreGoneIsToldToBeUnknown() {
		UUID agent = new TestExecutions(this.database.dataSource()).agent("agent");
		LocalDate day = TODAY.minusDays(5);
		Instant start = day.atStartOfDay().toInstant(ZoneOffset.UTC);
		new TestExecutions(this.database.dataSource())
			.insertAll(List.of(TestExecution.completed(agent, start.minusSeconds(60), 1),
					TestExecution.completed(agent, start.plusSeconds(60), 1)));
		close();
		drop(TODAY.minusDays(2));
		Instant until = start.plus(Duration.ofHours(15));
		Instant hourAgo = until.minus(Duration.ofHours(1));
		Instant from = until.minus(Duration.ofDays(3));
		SegmentsQuestion question = new SegmentsQuestion(List.of(agent), List.of(from, hourAgo, until),
				ExecutionFilter.ALL, List.of());
		Segments segments = of(this.source.segments(question), agent);
		assertThat(segments.counts()).extracting(SegmentCounts::successful).containsExactly(1L, 0L);
		String unknown = "Nothing is known of the time after " + start + ": its executions have been dropped.";
		assertThat(segments.provenance(List.of(from, hourAgo)).missing()).contains(unknown);
		assertThat(segments.provenance(List.of(hourAgo)).missing()).containsExactly(unknown);
		assertThat(segments.provenance(List.of(hourAgo)).to()).isEqualTo(start);
	}

	private void drop(LocalDate day) {
		this.jdbc.sql("delete from agent_executions where execution_start < :day").param("day", day).update();
		this.jdbc.sql("update aggregation_state set raw_from = :day").param("day", day).update();
	}

	private void close() {
		new TestAggregator(this.database.dataSource(), ZoneOffset.UTC).close(TODAY.minusDays(13), TODAY);
	}

	/** Some in the middle of a day, some where one begins. */
	private Set<Instant> randomEdges() {
		long day = Duration.ofDays(1).toMillis();
		Set<Instant> edges = new TreeSet<>();
		for (int edge = 2 + this.random.nextInt(5); edge > 0; edge--) {
			edges.add(NOW.minusMillis(this.random.nextLong(12 * day)));
			edges.add(TODAY.minusDays(this.random.nextInt(12)).atStartOfDay().toInstant(ZoneOffset.UTC));
		}
		return edges;
	}

	/** Below, between and above all times, and times themselves. */
	private Set<Long> randomLimits() {
		Set<Long> limits = new TreeSet<>(Set.of(1L, 400_000_000L));
		limits.addAll(this.jdbc.sql("""
				select execution_time_ms + (random() * 2)::int - 1 from agent_executions
				where execution_time_ms > 1 order by random() limit 3
				""").query(Long.class).list());
		return limits;
	}

	private static ExecutionFilter production() {
		return ExecutionFilter.of(new ExecutionFilter.Input(null, false, List.of("production"), false));
	}

	private SegmentCounts expected(UUID agent, SegmentsQuestion question, int segment) {
		return this.jdbc
			.sql("""
					select count(*) filter (where status = 'COMPLETED'), count(*) filter (where status in ('FAILED', 'TIMEOUT')),
						count(execution_time_ms),
						array(
							select count(*) filter (where execution_time_ms <= ms)
							from unnest(:limits::bigint[]) with ordinality as asked (ms, n)
							left join agent_executions on agent_id = :agent and execution_start >= :from
								and execution_start < :to and (:everywhere or environment = 'production')
							group by n order by n)
					from agent_executions
					where agent_id = :agent and execution_start >= :from and execution_start < :to
						and (:everywhere or environment = 'production')
					""")
			.param("agent", agent)
			.param("from", question.edges().get(segment).atOffset(ZoneOffset.UTC))
			.param("to", question.edges().get(segment + 1).atOffset(ZoneOffset.UTC))
			.param("everywhere", question.filter().isAll())
			.param("limits", question.limitsMs().toArray(Long[]::new))
			.query((row, number) -> new SegmentCounts(row.getLong(1), row.getLong(2),
					question.limitsMs().isEmpty() ? 0 : row.getLong(3),
					IntStream.range(0, question.limitsMs().size())
						.mapToObj((limit) -> new CountWithin(longs(row, limit), 0))
						.toList()))
			.single();
	}

	private static double longs(ResultSet row, int index) {
		try {
			return ((Long[]) row.getArray(4).getArray())[index];
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Segments of(Map<UUID, Segments> segments, UUID agent) {
		return Objects.requireNonNull(segments.get(agent));
	}

}
