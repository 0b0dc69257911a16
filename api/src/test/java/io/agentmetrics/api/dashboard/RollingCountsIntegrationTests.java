package io.agentmetrics.api.dashboard;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
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

class RollingCountsIntegrationTests {

	private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

	/** Not on a full hour, so that every window has edges. */
	private static final Instant NOW = TODAY.atTime(12, 34, 56).toInstant(ZoneOffset.UTC);

	private final TestDatabase database = TestDatabase.create();

	private final TestExecutions executions = new TestExecutions(this.database.dataSource());

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final RollingCounts counts = new RollingCounts(this.jdbc);

	private final UUID agent = this.executions.agent("agent");

	private ZoneId zone = ZoneOffset.UTC;

	@AfterEach
	void dropDatabase() {
		this.database.close();
	}

	@Test
	void emptyDatabaseCountsNothing() {
		assertThat(this.counts.until(NOW, this.zone)).hasSize(3).allMatch(new RollingCounts.Count(0, 0, 0)::equals);
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
		List<RollingCounts.Count> fromLedger = this.counts.until(NOW, this.zone);
		long hoursOfYesterday = 24 - 13;
		// the hours that are cut by the edge of a window are counted from the executions
		assertThat(fromLedger.get(0).total() / 1000).isEqualTo(hoursOfYesterday);
		assertThat(fromLedger.get(1).total() / 1000).isEqualTo(6 * 24 + hoursOfYesterday - 1);
		assertThat(fromLedger.get(2).total() / 1000).isEqualTo(29 * 24 + hoursOfYesterday - 2);
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

	@Test
	void droppingOldExecutionsDoesNotChangeTheCounts() {
		store(500);
		aggregate();
		List<RollingCounts.Count> before = this.counts.until(NOW, this.zone);
		LocalDate kept = TODAY.minusDays(10);
		// as retention does: in part by a delete, which the trigger records
		this.jdbc.sql("delete from agent_executions where execution_start >= :from and execution_start < :to")
			.param("from", TODAY.minusDays(29).atStartOfDay().atOffset(ZoneOffset.UTC))
			.param("to", kept.atStartOfDay().atOffset(ZoneOffset.UTC))
			.update();
		this.jdbc.sql("update aggregation_state set raw_from = :day").param("day", kept).update();
		assertThat(this.counts.until(NOW, this.zone)).isEqualTo(before);
	}

	private List<UUID> store(int count) {
		Random random = new Random(count);
		ExecutionStatus[] statuses = ExecutionStatus.values();
		List<TestExecution> all = new ArrayList<>(IntStream.range(0, count)
			.mapToObj((i) -> new TestExecution(this.agent, statuses[random.nextInt(statuses.length)],
					NOW.minusMillis((long) (random.nextDouble() * Duration.ofDays(32).toMillis())), null, null, null))
			.toList());
		for (int days : new int[] { 1, 7, 30 }) {
			Instant edge = NOW.minus(Duration.ofDays(days));
			Stream.of(-1, 0, 1).forEach((ms) -> all.add(TestExecution.completed(this.agent, edge.plusMillis(ms), 1)));
		}
		all.add(TestExecution.completed(this.agent, NOW, 1));
		return this.executions.insertAll(all);
	}

	private void aggregate() {
		LocalDate today = LocalDate.ofInstant(NOW, this.zone);
		new TestAggregator(this.database.dataSource(), this.zone).close(today.minusDays(33), today);
	}

	private void assertExact() {
		assertThat(this.counts.until(NOW, this.zone)).containsExactly(countRaw(1), countRaw(7), countRaw(30));
	}

	private RollingCounts.Count countRaw(int days) {
		return this.jdbc.sql("""
				select count(*) as total, count(*) filter (where status = 'COMPLETED') as successful,
					count(*) filter (where status in ('FAILED', 'TIMEOUT')) as failed
				from agent_executions where execution_start >= :from and execution_start < :to
				""")
			.param("from", NOW.minus(Duration.ofDays(days)).atOffset(ZoneOffset.UTC))
			.param("to", NOW.atOffset(ZoneOffset.UTC))
			.query((row, number) -> new RollingCounts.Count(row.getLong("total"), row.getLong("successful"),
					row.getLong("failed")))
			.single();
	}

}
