package io.agentmetrics.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.aggregator.job.RunRequest;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.time.DayCalendar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Days as the clocks on the wall have them.
 */
class TimeZonesIntegrationTests {

	@ParameterizedTest
	@CsvSource({ "Europe/Berlin, 2026-03-29, 23", "Europe/Berlin, 2026-10-25, 25", "Asia/Kathmandu, 2026-06-01, 24",
			"America/St_Johns, 2026-03-08, 23", "Australia/Lord_Howe, 2026-04-05, 25",
			"Pacific/Auckland, 2026-06-01, 24", "America/Havana, 2026-03-08, 23", "Asia/Beirut, 2026-10-24, 25",
			"America/Los_Angeles, 2026-11-01, 25" })
	void dayHasTheHoursOfItsZone(String zone, LocalDate day, int hours) {
		Instant now = day.plusDays(2).atStartOfDay(ZoneId.of(zone)).toInstant();
		try (AggregatorFixture fixture = AggregatorFixture.at(now.toString(), zone)) {
			UUID agent = fixture.executions().agent("a");
			RandomExecutions random = new RandomExecutions(day.toEpochDay(), ZoneId.of(zone));
			fixture.executions().insertAll(random.of(agent, day.minusDays(1), 100));
			fixture.executions().insertAll(random.of(agent, day, 300));
			fixture.executions().insertAll(random.of(agent, day.plusDays(1), 100));
			assertThat(fixture.run()).isTrue();
			fixture.oracle().assertEverythingIsRight();
			assertThat(fixture.agentDays()).containsOnlyKeys(agent + " " + day.minusDays(1), agent + " " + day,
					agent + " " + day.plusDays(1));
			assertThat(fixture.sql().number("""
					select max(hour) from agent_metrics cross join unpack_hourly_counts(hourly_counts)
					where metric_date = '%s'
					""", day)).isEqualTo(hours - 1);
			assertThat(fixture.sql()
				.number("select cardinality(hourly_total) from aggregated_days where metric_date = '%s'", day))
				.isEqualTo(hours);
		}
	}

	@ParameterizedTest
	@CsvSource({ "Asia/Kathmandu, 2026-06-01", "Europe/Berlin, 2026-03-29", "Europe/Berlin, 2026-10-25",
			"America/St_Johns, 2026-03-08" })
	void changeAtMidnightReaggregatesTheDayOfItsZone(String zone, LocalDate day) {
		Instant midnight = day.atStartOfDay(ZoneId.of(zone)).toInstant();
		Instant end = day.plusDays(1).atStartOfDay(ZoneId.of(zone)).toInstant();
		try (AggregatorFixture fixture = AggregatorFixture.at(end.plus(Duration.ofDays(2)).toString(), zone)) {
			UUID agent = fixture.executions().agent("a");
			UUID first = fixture.executions().insert(TestExecution.completed(agent, midnight, 1));
			UUID last = fixture.executions().insert(TestExecution.completed(agent, end.minusNanos(1_000), 1));
			fixture.executions().insert(TestExecution.completed(agent, midnight.minusNanos(1_000), 1));
			fixture.executions().insert(TestExecution.completed(agent, end, 1));
			assertThat(fixture.run()).isTrue();
			fixture.oracle().assertEverythingIsRight();
			for (UUID changed : List.of(first, last)) {
				var before = fixture.agentDays();
				fixture.executions().delete(changed);
				assertThat(fixture.run()).isTrue();
				assertThat(AggregatorFixture.difference(before, fixture.agentDays()))
					.containsExactly(agent + " " + day);
				fixture.oracle().assertEverythingIsRight();
			}
			var before = fixture.agentDays();
			fixture.executions().insert(TestExecution.completed(agent, end.minusNanos(1_000), 1));
			assertThat(fixture.run()).isTrue();
			assertThat(AggregatorFixture.difference(before, fixture.agentDays())).containsExactly(agent + " " + day);
			fixture.oracle().assertEverythingIsRight();
		}
	}

	@Test
	void dayIsOverWhenItIsInTheZoneAndNotInUtc() {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-06-01T14:59:59Z", "Asia/Tokyo")) {
			UUID agent = fixture.executions().agent("a");
			fixture.executions().insert(TestExecution.completed(agent, Instant.parse("2026-05-31T15:00:00Z"), 1));
			assertThat(fixture.aggregator().run(AggregatorFixture.upToDate())).isTrue();
			assertThat(fixture.agentDays()).isEmpty();
			assertThat(fixture.run()).isTrue();
			assertThat(fixture.agentDays()).containsOnlyKeys(agent + " 2026-06-01");
		}
	}

	@Test
	void anotherZoneIsRefusedUntilEverythingIsRebuilt() {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-03-31T12:00:00Z", "UTC")) {
			UUID agent = fixture.executions().agent("a");
			RandomExecutions random = new RandomExecutions(4);
			for (int day = 26; day < 30; day++) {
				fixture.executions().insertAll(random.of(agent, LocalDate.of(2026, 3, day), 50));
			}
			assertThat(fixture.run()).isTrue();
			var before = fixture.agentDays();
			fixture.restartIn("Europe/Berlin");
			for (RunRequest request : List.of(AggregatorFixture.upToDate(), AggregatorFixture.rebuild(agent),
					AggregatorFixture.rebuild("2026-03-26", "2026-03-27"), AggregatorFixture.shard(0, 2))) {
				assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> fixture.run(request))
					.withMessage("The days were cut in another time zone (stored UTC, now Europe/Berlin): set it back,"
							+ " or run the aggregator with `rebuild` to aggregate everything anew");
			}
			assertThat(fixture.agentDays()).isEqualTo(before);
			assertThat(fixture.run(AggregatorFixture.startOver())).isTrue();
			fixture.oracle().assertEverythingIsRight();
			assertThat(fixture.run()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "America/Havana, 2026-11-01, 25", "America/Santiago, 2026-09-06, 23", "Africa/Cairo, 2026-04-24, 23",
			"Asia/Beirut, 2026-03-29, 23", "America/St_Johns, 2006-10-29, 25", "Asia/Gaza, 2013-09-26, 25",
			"Australia/Lord_Howe, 2026-04-05, 25" })
	void daysBeginWhereTheCalendarSaysAlsoWhereMidnightComesTwiceOrNever(String zone, LocalDate day, int hours) {
		DayCalendar calendar = new DayCalendar(ZoneId.of(zone));
		try (AggregatorFixture fixture = AggregatorFixture.at(calendar.startOf(day.plusDays(3)).toString(), zone)) {
			UUID agent = fixture.executions().agent("a");
			Instant end = calendar.startOf(day.plusDays(1));
			List<TestExecution> executions = new ArrayList<>();
			for (Instant start = calendar.startOf(day); start.isBefore(end); start = start.plusSeconds(900)) {
				executions.add(TestExecution.completed(agent, start, 1));
				executions.add(TestExecution.completed(agent, start.plusSeconds(900).minusNanos(1_000), 1));
			}
			fixture.executions().insertAll(executions);
			fixture.executions().insert(TestExecution.completed(agent, calendar.startOf(day).minusNanos(1_000), 1));
			fixture.executions().insert(TestExecution.completed(agent, end, 1));
			assertThat(fixture.run()).isTrue();
			assertThat(fixture.sql().map("select metric_date, total_executions from agent_metrics")).containsOnly(
					Map.entry(day.minusDays(1).toString(), "1"), Map.entry(day.toString(), "" + executions.size()),
					Map.entry(day.plusDays(1).toString(), "1"));
			assertThat(fixture.sql()
				.number("select cardinality(hourly_total) from aggregated_days where metric_date = '%s'", day))
				.isEqualTo(hours);
			// a late execution in the last moment of the day changes that day alone
			var before = fixture.agentDays();
			fixture.executions().insert(TestExecution.completed(agent, end.minusNanos(1_000), 1));
			fixture.executions().insert(TestExecution.completed(agent, calendar.startOf(day), 1));
			assertThat(fixture.run()).isTrue();
			assertThat(AggregatorFixture.difference(before, fixture.agentDays())).containsExactly(agent + " " + day);
		}
	}

	@Test
	void dayThatTheZoneSkippedIsNeitherAggregatedNorMissed() {
		try (AggregatorFixture fixture = AggregatorFixture.at("2012-01-03T12:00:00Z", "Pacific/Apia")) {
			fixture.executions()
				.insert(TestExecution.completed(fixture.executions().agent("a"), Instant.parse("2011-12-29T12:00:00Z"),
						1));
			assertThat(fixture.run()).isTrue();
			assertThat(fixture.closedDays().keySet()).containsExactly("2011-12-29", "2011-12-31", "2012-01-01",
					"2012-01-02", "2012-01-03");
			assertThat(fixture.sql().value("select aggregated_through from aggregation_ledger"))
				.isEqualTo("2012-01-03");
			assertThat(fixture.run(AggregatorFixture.rebuild("2011-12-30", "2011-12-31"))).isTrue();
			assertThat(fixture.run(AggregatorFixture.rebuild("2011-12-29", "2012-01-01"))).isTrue();
			assertThat(fixture.closedDays()).hasSize(5);
		}
	}

	@Test
	void dayWhoseBoundsHaveMovedIsAggregatedAnew() {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-06-04T12:00:00Z", "Europe/Berlin")) {
			fixture.storeDays(2, 3);
			assertThat(fixture.run()).isTrue();
			var before = fixture.agentDays();
			// as if the rules of the zone had been others when the day was closed
			fixture.sql()
				.run("update aggregated_days set starts_at = starts_at + interval '1 hour' where metric_date = '2026-06-02'");
			assertThat(fixture.run()).isTrue();
			assertThat(AggregatorFixture.difference(before, fixture.agentDays())).hasSize(2)
				.allMatch((agentDay) -> agentDay.endsWith("2026-06-02"));
			assertThat(fixture.sql().value("select aggregated_through from aggregation_ledger"))
				.isEqualTo("2026-06-03");
		}
	}

}
