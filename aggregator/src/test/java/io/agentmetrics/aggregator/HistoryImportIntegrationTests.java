package io.agentmetrics.aggregator;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.agentmetrics.aggregator.rollup.DayEstimate;
import io.agentmetrics.aggregator.source.ExecutionDays;
import io.agentmetrics.aggregator.source.ReadSnapshot;
import io.agentmetrics.model.time.DayCalendar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the import of executions costs that started before the oldest week with a
 * partition.
 */
class HistoryImportIntegrationTests {

	private static final int A_DAY = 4;

	/**
	 * Rows looked at, not time: four times as many executions over four times as many
	 * days. An exponent of 1 is linear, 2 what it was when each day read all of them.
	 */
	@Test
	void rowsLookedAtGrowAsTheHistoryDoes() {
		long once = rowsLookedAt(1_000);
		long fourTimes = rowsLookedAt(4_000);
		double exponent = Math.log((double) fourTimes / once) / Math.log(4);
		System.out.printf("%d rows looked at for 1,000 executions, %d for 4,000: exponent %.2f%n", once, fourTimes,
				exponent);
		assertThat(exponent).isLessThan(1.25);
	}

	@Test
	void daysOutsideThePartitionsAreNotTakenForHuge() throws SQLException {
		LocalDate ofHistory = LocalDate.of(2021, 6, 1);
		LocalDate recent = LocalDate.now(ZoneOffset.UTC);
		try (AggregatorFixture fixture = withHistory(2_000)) {
			try (ReadSnapshot snapshot = ReadSnapshot.take(fixture.database().dataSource())) {
				Function<LocalDate, DayEstimate> estimates = new ExecutionDays(snapshot,
						new DayCalendar(fixture.zone()))
					.estimates(List.of(ofHistory, recent));
				assertThat(estimates.apply(ofHistory)).isEqualTo(new DayEstimate(A_DAY, true));
				assertThat(estimates.apply(recent)).isEqualTo(DayEstimate.NOTHING);
			}
			assertThat(fixture.run()).isTrue();
			fixture.oracle().assertEverythingIsRight();
		}
	}

	/**
	 * For example with {@code -Daggregator.history-import=400000}; both are read three
	 * times in turn.
	 */
	@Test
	@EnabledIfSystemProperty(named = "aggregator.history-import", matches = "\\d+",
			disabledReason = "Measures time, so nothing else may run beside it")
	void historyInRandomOrderTakesAtMostHalfAsLongAgainAsRecentWeeks() {
		int executions = Integer.getInteger("aggregator.history-import");
		List<Double> ratios = new ArrayList<>();
		try (AggregatorFixture old = AggregatorFixture.at("2022-01-01T00:05:00Z");
				AggregatorFixture recent = AggregatorFixture.at(Instant.now().toString())) {
			store(old, executions, "2021-12-31 20:00:00+00", "md5(n::text)");
			recent.sql()
				.run("call ensure_execution_partitions('%s', '%s')", recent.today().minusDays(210), recent.today());
			store(recent, executions, recent.today().minusDays(1) + " 20:00:00+00", "n desc");
			assertThat(old.sql().number("select count(*) from agent_executions_default")).isEqualTo(executions);
			assertThat(recent.sql().number("select count(*) from agent_executions_default")).isZero();
			// compiles the code, and closes the days for the first time
			assertThat(recent.run() && old.run()).isTrue();
			for (int run = 0; run < 3; run++) {
				double secondsOfRecent = secondsToStartOver(recent);
				double secondsOfOld = secondsToStartOver(old);
				System.out.printf("%,d executions: %.2f s of history, %.2f s of recent weeks%n", executions,
						secondsOfOld, secondsOfRecent);
				ratios.add(secondsOfOld / secondsOfRecent);
			}
		}
		assertThat(ratios.stream().sorted().toList().get(1)).isLessThan(1.5);
	}

	private static double secondsToStartOver(AggregatorFixture fixture) {
		long started = System.nanoTime();
		assertThat(fixture.run(AggregatorFixture.startOver())).isTrue();
		return (System.nanoTime() - started) / 1e9;
	}

	/** Of twenty agents over 200 days. */
	private static void store(AggregatorFixture fixture, int executions, String last, String order) {
		IntStream.range(0, 20).forEach((n) -> fixture.executions().agent("agent " + n));
		fixture.sql().run("""
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				select agents.id, agents.id, 'COMPLETED',
					timestamptz '%s' - n %% 200 * interval '1 day' - n %% 1000 * interval '1 minute', n
				from (select array_agg(id) as ids from agents) a cross join generate_series(1, %d) n
				join agents on id = ids[1 + n %% 20]
				order by %s
				""", last, executions, order);
		fixture.sql().run("vacuum analyze agent_executions");
	}

	private static long rowsLookedAt(int executions) {
		try (AggregatorFixture fixture = withHistory(executions)) {
			long before = rowsLookedAt(fixture);
			assertThat(fixture.run()).isTrue();
			assertThat(fixture.sql().number("select sum(total_executions) from agent_metrics")).isEqualTo(executions);
			// its sessions tell what they did when they end, which PostgreSQL does not
			// wait for
			fixture.with();
			await().atMost(Duration.ofSeconds(30)).until(() -> fixture.sql().number("""
					select count(*) from pg_stat_activity
					where datname = current_database() and application_name like 'agent-metrics-aggregator%'
					""") == 0);
			return rowsLookedAt(fixture) - before;
		}
	}

	private static long rowsLookedAt(AggregatorFixture fixture) {
		fixture.sql().rows("select pg_stat_force_next_flush()");
		fixture.sql().rows("select pg_stat_clear_snapshot()");
		return fixture.sql().number("""
				select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where relname = 'agent_executions_default'
				""");
	}

	/** In random order, over years up to two years ago. */
	private static AggregatorFixture withHistory(int executions) {
		AggregatorFixture fixture = AggregatorFixture.at("2022-01-01T00:05:00Z");
		fixture.executions().agent("a");
		fixture.sql().run("""
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				select id, id, 'COMPLETED', timestamptz '2021-12-31 20:00:00+00' - n %% %d * interval '1 day', n
				from agents, generate_series(1, %d) n
				order by md5(n::text)
				""", executions / A_DAY, executions);
		return fixture;
	}

}
