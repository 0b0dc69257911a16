package io.agentmetrics.aggregator;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

import io.agentmetrics.aggregator.rollup.DayEstimate;
import io.agentmetrics.aggregator.source.ExecutionDays;
import io.agentmetrics.aggregator.source.ReadSnapshot;
import io.agentmetrics.model.time.DayCalendar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

/**
 * How many executions a day is thought to have before they are read.
 */
class DayEstimatesIntegrationTests {

	/** A Wednesday. */
	private static final LocalDate BUSY = LocalDate.of(2026, 3, 11);

	private static final int ROWS = 5_000;

	/** PostgreSQL is made to believe that each row is so many. */
	private static final int TIMES = 100;

	private static final int EXECUTIONS = ROWS * TIMES;

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "Pacific/Kiritimati", "America/New_York" })
	void weekWithOneBusyDayIsNotSpreadOverSeven(String zone) throws SQLException {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-03-13T12:00:00Z", zone)) {
			storeOnBusyDay(fixture, 10);
			analyse(fixture, TIMES);
			Function<LocalDate, DayEstimate> estimates = estimates(fixture);
			assertThat(estimates.apply(BUSY).executions()).isCloseTo(EXECUTIONS, withinPercentage(4));
			assertThat(estimates.apply(BUSY).busiestHour()).isCloseTo(EXECUTIONS / 10, withinPercentage(20));
			assertThat(estimates.apply(BUSY.plusDays(1)).executions()).isLessThan(EXECUTIONS / 25);
		}
	}

	@Test
	void hourInWhichAllStartIsSeen() throws SQLException {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-03-13T12:00:00Z")) {
			storeOnBusyDay(fixture, 1);
			analyse(fixture, TIMES);
			assertThat(estimates(fixture).apply(BUSY).busiestHour()).isCloseTo(EXECUTIONS, withinPercentage(4));
		}
	}

	@Test
	void executionsThatPostgresHasNotAnalysedMayBeOfAnyDay() throws SQLException {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-03-13T12:00:00Z")) {
			storeOnBusyDay(fixture, 10);
			analyse(fixture, TIMES);
			storeOnBusyDay(fixture, 10);
			assertThat(estimates(fixture).apply(BUSY).executions()).isCloseTo(2 * EXECUTIONS, withinPercentage(8));
			assertThat(estimates(fixture).apply(BUSY.plusDays(1)).executions()).isCloseTo(EXECUTIONS,
					withinPercentage(8));
		}
	}

	@Test
	void executionsAtACommonMomentMayBeOfAnyDay() throws SQLException {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-03-13T12:00:00Z")) {
			storeOnBusyDay(fixture, 10);
			// a schedule starts as many again at one moment
			storeOnBusyDay(fixture, 0);
			analyse(fixture, TIMES);
			Function<LocalDate, DayEstimate> estimates = estimates(fixture);
			assertThat(estimates.apply(BUSY).executions()).isCloseTo(2 * EXECUTIONS, withinPercentage(4));
			assertThat(estimates.apply(BUSY).busiestHour()).isGreaterThan(EXECUTIONS);
			assertThat(estimates.apply(BUSY.plusDays(1)).executions()).isCloseTo(EXECUTIONS, withinPercentage(4));
		}
	}

	@Test
	void weeksThatAreNotAskedForAreNotLookedInto() throws SQLException {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-03-13T12:00:00Z")) {
			storeOnBusyDay(fixture, 10);
			analyse(fixture, TIMES);
			try (ReadSnapshot snapshot = ReadSnapshot.take(fixture.database().dataSource())) {
				Function<LocalDate, DayEstimate> estimates = new ExecutionDays(snapshot,
						new DayCalendar(fixture.zone()))
					.estimates(List.of(BUSY.minusDays(7)));
				assertThat(estimates.apply(BUSY).executions()).isCloseTo(EXECUTIONS / 7, withinPercentage(8));
			}
		}
	}

	@Test
	void smallWeekIsSpreadEvenly() throws SQLException {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-03-13T12:00:00Z")) {
			storeOnBusyDay(fixture, 10);
			analyse(fixture, 1);
			assertThat(estimates(fixture).apply(BUSY).executions()).isCloseTo(ROWS / 7, withinPercentage(8));
		}
	}

	private static Function<LocalDate, DayEstimate> estimates(AggregatorFixture fixture) throws SQLException {
		try (ReadSnapshot snapshot = ReadSnapshot.take(fixture.database().dataSource())) {
			return new ExecutionDays(snapshot, new DayCalendar(fixture.zone()))
				.estimates(List.of(BUSY.minusDays(1), BUSY, BUSY.plusDays(1)));
		}
	}

	/** From the eighth hour of the day on. */
	private static void storeOnBusyDay(AggregatorFixture fixture, int hours) {
		fixture.sql().run("call ensure_execution_partitions('%s', '%s')", BUSY.minusDays(7), BUSY.plusDays(7));
		fixture.sql().run("alter table agent_executions_2026w11 set (autovacuum_enabled = off)");
		UUID agent = fixture.executions().agent("a");
		fixture.sql()
			.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start)
					select '%s', '%1$s', 'COMPLETED', timestamptz '%s' + n * interval '%d hours' / %d
					from generate_series(0, %d) n
					""", agent, new DayCalendar(fixture.zone()).startOf(BUSY).plusSeconds(8 * 3_600), hours, ROWS,
					ROWS - 1);
	}

	private static void analyse(AggregatorFixture fixture, int times) {
		fixture.sql().run("analyze agent_executions");
		fixture.sql()
			.run("update pg_class set reltuples = reltuples * %d where relname = 'agent_executions_2026w11'", times);
	}

}
