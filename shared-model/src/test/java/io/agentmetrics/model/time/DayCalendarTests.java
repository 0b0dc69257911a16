package io.agentmetrics.model.time;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link DayCalendar}: days that are not always 24 hours.
 */
class DayCalendarTests {

	@ParameterizedTest
	@CsvSource({ "UTC, 2026-03-29, 24", "Europe/Berlin, 2026-03-28, 24", "Europe/Berlin, 2026-03-29, 23",
			"Europe/Berlin, 2026-10-25, 25", "Asia/Kathmandu, 2026-03-29, 24", "America/St_Johns, 2026-03-08, 23",
			"Australia/Lord_Howe, 2026-04-05, 25", "Australia/Lord_Howe, 2026-10-04, 24",
			"Asia/Beirut, 2026-03-29, 23" })
	void dayHasAsManyHoursAsTheClocksGiveIt(String zone, LocalDate day, int hours) {
		DayCalendar calendar = new DayCalendar(ZoneId.of(zone));
		assertThat(calendar.hoursOf(day)).isEqualTo(hours);
		assertThat(calendar.hours(day, day.plusDays(1))).hasSize(hours);
	}

	@Test
	void changeOfClocksByHalfAnHourLeavesAHalfHourLast() {
		LocalDate day = LocalDate.parse("2026-04-05");
		DayHour last = new DayCalendar(ZoneId.of("Australia/Lord_Howe")).hours(day, day.plusDays(1)).getLast();
		assertThat(last.hour()).isEqualTo(24);
		assertThat(Duration.between(last.start(), last.end())).isEqualTo(Duration.ofMinutes(30));
	}

	@Test
	void dayThatBeginsAtOneInTheMorningBeginsThere() {
		// at midnight the clocks of Beirut go forward
		DayCalendar calendar = new DayCalendar(ZoneId.of("Asia/Beirut"));
		LocalDate day = LocalDate.parse("2026-03-29");
		assertThat(calendar.startOf(day)).isEqualTo("2026-03-28T22:00:00Z");
		assertThat(calendar.dayOf(calendar.startOf(day))).isEqualTo(day);
		assertThat(calendar.dayOf(calendar.startOf(day).minusNanos(1))).isEqualTo(day.minusDays(1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe",
			"Pacific/Chatham", "Asia/Beirut" })
	void hoursOfAYearFollowEachOtherWithoutAGap(String zone) {
		DayCalendar calendar = new DayCalendar(ZoneId.of(zone));
		LocalDate from = LocalDate.parse("2026-01-01");
		LocalDate to = LocalDate.parse("2027-01-01");
		List<DayHour> hours = calendar.hours(from, to);
		assertThat(hours.getFirst().start()).isEqualTo(calendar.startOf(from));
		assertThat(hours.getLast().end()).isEqualTo(calendar.startOf(to));
		for (int i = 1; i < hours.size(); i++) {
			DayHour before = hours.get(i - 1);
			DayHour hour = hours.get(i);
			assertThat(hour.start()).isEqualTo(before.end()).isBefore(hour.end());
			assertThat(hour.hour()).isEqualTo(hour.day().equals(before.day()) ? before.hour() + 1 : 0);
			assertThat(calendar.dayOf(hour.start())).isEqualTo(hour.day());
			assertThat(calendar.dayOf(hour.end().minusNanos(1))).isEqualTo(hour.day());
		}
		assertThat(new TreeSet<>(hours.stream().map(DayHour::day).toList())).hasSize(365);
	}

	@Test
	void anyInstantLiesInItsDay() {
		long seed = 20261122;
		System.out.println("DayCalendarTests seed " + seed);
		Random random = new Random(seed);
		List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
		for (int trial = 0; trial < 2_000; trial++) {
			DayCalendar calendar = new DayCalendar(ZoneId.of(zones.get(random.nextInt(zones.size()))));
			Instant instant = Instant.parse("2000-01-01T00:00:00Z").plusSeconds(random.nextLong(40 * 365 * 86_400L));
			LocalDate day = calendar.dayOf(instant);
			assertThat(instant).as("%s in %s", instant, calendar.zone())
				.isAfterOrEqualTo(calendar.startOf(day))
				.isBefore(calendar.startOf(day.plusDays(1)));
		}
	}

}
