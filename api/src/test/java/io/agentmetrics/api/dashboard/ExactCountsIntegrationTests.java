package io.agentmetrics.api.dashboard;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class ExactCountsIntegrationTests {

	private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

	/** Not on a full hour, so that every window has edges. */
	private static final Instant NOW = TODAY.atTime(12, 34, 56).toInstant(ZoneOffset.UTC);

	/** Days before now, at which the windows of the dashboard begin and end. */
	private static final List<Integer> DAYS = List.of(60, 30, 14, 7, 2, 1, 0);

	private static final List<Instant> EDGES = DAYS.stream().map((days) -> NOW.minus(Duration.ofDays(days))).toList();

	private final TestDatabase database = TestDatabase.create();

	private final TestExecutions executions = new TestExecutions(this.database.dataSource());

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final ExactCounts counts = new ExactCounts(this.jdbc);

	private final UUID agent = this.executions.agent("agent");

	private ZoneId zone = ZoneOffset.UTC;

	@AfterEach
	void dropDatabase() {
		this.database.close();
	}

	@Test
	void emptyDatabaseCountsNothing() {
		assertThat(this.counts.between(EDGES)).hasSize(6).allMatch(new ExactCounts.Count(0, 0, 0, false)::equals);
	}

	@Test
	void neverAggregatedIsExact() {
		store(3_000);
		assertExact();
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu" })
	void aggregatedIsExactInEveryZone(String zoneId) {
		this.zone = ZoneId.of(zoneId);
		store(3_000);
		aggregate();
		assertExact();
	}

	@Test
	void wholeHoursOfClosedDaysComeFromTheLedger() {
		store(500);
		aggregate();
		this.jdbc.sql("update aggregated_days set hourly_total = array(select 1000 from generate_series(1, 24))")
			.update();
		List<ExactCounts.Count> fromLedger = this.counts.between(EDGES);
		// the hours that are cut by an edge, and today, are counted from the executions
		long hoursOfYesterday = 24 - 13;
		assertThat(fromLedger).extracting((count) -> count.total() / 1000)
			.containsExactly(30 * 24L - 1, 16 * 24L - 1, 7 * 24L - 1, 5 * 24L - 1, 24L - 1, hoursOfYesterday);
	}

	@Test
	void onlyWhatLiesInWholeUnchangedHoursOfClosedDaysIsFromTheLedger() {
		this.executions.insert(TestExecution.running(this.agent, NOW.minus(Duration.ofDays(3))));
		aggregate();
		Instant midnight = TODAY.atStartOfDay().toInstant(ZoneOffset.UTC);
		List<Instant> days = Stream.of(5, 4, 3, 2, 1, 0).map((ago) -> midnight.minus(Duration.ofDays(ago))).toList();
		assertThat(this.counts.between(days)).allMatch(ExactCounts.Count::fromLedger);
		this.executions.insert(TestExecution.running(this.agent, NOW.minus(Duration.ofDays(3))));
		assertThat(this.counts.between(days)).extracting(ExactCounts.Count::fromLedger)
			.containsExactly(true, true, false, true, true);
		assertThat(this.counts.between(List.of(midnight.minusSeconds(60), midnight, NOW)))
			.noneMatch(ExactCounts.Count::fromLedger);
	}

	@Test
	void everyHourOfAChangedDayIsExact() {
		store(2_000);
		aggregate();
		store(50);
		List<Instant> hours = Stream.iterate(NOW.minus(Duration.ofDays(3)), (hour) -> hour.plus(Duration.ofHours(1)))
			.limit(3 * 24 + 1)
			.toList();
		assertExact(hours);
	}

	@Test
	void windowWithoutLedgerAndExecutionsIsEmpty() {
		aggregate();
		Instant future = NOW.plus(Duration.ofDays(100));
		assertExact(List.of(Instant.EPOCH, Instant.EPOCH.plusSeconds(1), future, future.plusSeconds(1)));
	}

	@Test
	void executionThatCameLaterIsCounted() {
		store(500);
		aggregate();
		Stream.of(1, 2, 5, 20)
			.forEach((days) -> this.executions
				.insert(TestExecution.completed(this.agent, NOW.minus(Duration.ofDays(days)).plusSeconds(4_000), 1)));
		assertExact();
	}

	@Test
	void executionThatEndedLaterIsCountedAsWhatItBecame() {
		Instant start = NOW.minus(Duration.ofDays(3));
		UUID running = this.executions.insert(TestExecution.running(this.agent, start));
		store(500);
		aggregate();
		this.executions.update(running, TestExecution.completed(this.agent, start, 259_000_000));
		assertExact();
	}

	@Test
	void deletedExecutionIsNotCounted() {
		List<UUID> ids = store(500);
		aggregate();
		ids.subList(0, 50).forEach(this.executions::delete);
		assertExact();
	}

	@Test
	void transactionThatWasOpenWhileTheAggregatorReadIsCounted() throws Exception {
		store(500);
		try (Connection open = this.database.dataSource().getConnection();
				Statement statement = open.createStatement()) {
			open.setAutoCommit(false);
			statement.execute("""
					insert into agent_executions (agent_id, user_id, status, execution_start)
					values ('%s', gen_random_uuid(), 'COMPLETED', '%s')
					""".formatted(this.agent, NOW.minus(Duration.ofDays(4))));
			store(10);
			aggregate();
			assertExact();
			open.commit();
		}
		assertExact();
	}

	@Test
	void changedHoursComeFromTheLedgerAgainOnceItHasSeenThem() {
		store(500);
		aggregate();
		store(500);
		aggregate();
		assertExact();
	}

	@Test
	void dayThatWasNeverClosedIsCounted() {
		store(1_000);
		aggregate();
		this.jdbc.sql("delete from aggregated_days where metric_date in (:days)")
			.param("days", List.of(TODAY.minusDays(1), TODAY.minusDays(6)))
			.update();
		assertExact();
	}

	@Test
	void changeThatOneOfSeveralShardsHasNotSeenIsCounted() {
		store(500);
		aggregate();
		this.jdbc.sql("update aggregation_shards set shards = 2").update();
		this.jdbc
			.sql("insert into aggregation_shards (shards, shard, fence, watermark) "
					+ "select 2, 1, 2, watermark from aggregation_shards")
			.update();
		this.executions.insert(TestExecution.completed(this.agent, NOW.minus(Duration.ofDays(2)), 1));
		this.jdbc.sql("update aggregation_shards set watermark = pg_current_snapshot() where shard = 0").update();
		assertExact();
	}

	@Test
	void databaseRestoredElsewhereIsCountedFromItsExecutions() {
		store(500);
		aggregate();
		this.jdbc.sql("update aggregation_state set system_identifier = system_identifier + 1").update();
		this.jdbc.sql("update aggregated_days set hourly_total = array(select 1000 from generate_series(1, 24))")
			.update();
		assertExact();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1 })
	void hourWhoseExecutionsWereDroppedCountsWhereItStarts(long restoredElsewhere) {
		store(2_000);
		aggregate();
		// before the last ten days, where an hour ends that an edge lies in
		List<Instant> edges = Stream
			.concat(EDGES.subList(0, 3).stream().map((edge) -> edge.truncatedTo(ChronoUnit.HOURS).plusSeconds(3_600)),
					EDGES.subList(3, 7).stream())
			.toList();
		List<ExactCounts.Count> before = this.counts.between(edges);
		LocalDate kept = TODAY.minusDays(10);
		// as retention does: in part by a delete, which the trigger records
		this.jdbc.sql("delete from agent_executions where execution_start >= :from and execution_start < :to")
			.param("from", TODAY.minusDays(70).atStartOfDay().atOffset(ZoneOffset.UTC))
			.param("to", kept.atStartOfDay().minusHours(3).atOffset(ZoneOffset.UTC))
			.update();
		this.jdbc
			.sql("update aggregation_state set raw_from = :day, system_identifier = system_identifier + :elsewhere")
			.param("day", kept)
			.param("elsewhere", restoredElsewhere)
			.update();
		assertThat(this.counts.between(EDGES)).usingRecursiveFieldByFieldElementComparatorIgnoringFields("fromLedger")
			.isEqualTo(before);
	}

	@Test
	void hoursOfADayWhoseMidnightComesTwiceAreCountedOnce() {
		ZoneId havana = ZoneId.of("America/Havana");
		LocalDate day = LocalDate.of(2026, 11, 1);
		Instant start = Instant.parse("2026-11-01T04:00:00Z");
		for (int quarter = -8; quarter < 200; quarter++) {
			this.executions.insert(TestExecution.completed(this.agent, start.plusSeconds(900L * quarter), 1));
		}
		new TestAggregator(this.database.dataSource(), havana).close(day.minusDays(2), day.plusDays(2));
		List<Instant> edges = List.of(start.minusSeconds(7_200), start, start.plusSeconds(1_800),
				start.plusSeconds(25 * 3_600), start.plusSeconds(50 * 3_600));
		assertThat(this.counts.between(edges)).extracting(ExactCounts.Count::total).containsExactly(8L, 2L, 98L, 100L);
		assertThat(this.counts.between(edges)).extracting(ExactCounts.Count::fromLedger)
			.containsExactly(true, false, false, false);
		// an execution that has changed puts its own hour aside
		this.executions.insert(TestExecution.completed(this.agent, start.plusSeconds(3_600), 1));
		assertThat(this.counts.between(edges)).extracting(ExactCounts.Count::total).containsExactly(8L, 2L, 99L, 100L);
	}

	private List<UUID> store(int count) {
		Random random = new Random(count);
		ExecutionStatus[] statuses = ExecutionStatus.values();
		List<TestExecution> all = new ArrayList<>(IntStream.range(0, count)
			.mapToObj((i) -> new TestExecution(this.agent, statuses[random.nextInt(statuses.length)],
					NOW.minusMillis((long) (random.nextDouble() * Duration.ofDays(62).toMillis())), null, null, null))
			.toList());
		for (Instant edge : EDGES) {
			Stream.of(-1, 0, 1).forEach((ms) -> all.add(TestExecution.completed(this.agent, edge.plusMillis(ms), 1)));
		}
		return this.executions.insertAll(all);
	}

	private void aggregate() {
		LocalDate today = LocalDate.ofInstant(NOW, this.zone);
		new TestAggregator(this.database.dataSource(), this.zone).close(today.minusDays(63), today);
	}

	private void assertExact() {
		assertExact(EDGES);
	}

	private void assertExact(List<Instant> edges) {
		assertThat(this.counts.between(edges)).usingRecursiveFieldByFieldElementComparatorIgnoringFields("fromLedger")
			.isEqualTo(IntStream.range(1, edges.size())
				.mapToObj((i) -> countRaw(edges.get(i - 1), edges.get(i)))
				.toList());
	}

	private ExactCounts.Count countRaw(Instant from, Instant to) {
		return this.jdbc.sql("""
				select count(*) as total, count(*) filter (where status = 'COMPLETED') as successful,
					count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed
				from agent_executions where execution_start >= :from and execution_start < :to
				""")
			.param("from", from.atOffset(ZoneOffset.UTC))
			.param("to", to.atOffset(ZoneOffset.UTC))
			.query((row, number) -> new ExactCounts.Count(row.getLong("total"), row.getLong("successful"),
					row.getLong("failed"), false))
			.single();
	}

}
