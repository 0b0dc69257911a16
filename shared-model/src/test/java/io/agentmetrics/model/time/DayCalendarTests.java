package io.agentmetrics.model.time;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
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
	void windowIsCutAtTheMidnightsWhoseHoursNoLongerFit() {
		DayCalendar calendar = new DayCalendar(ZoneId.of("Australia/Lord_Howe"));
		Window year = new Window(Instant.parse("2026-01-05T07:00:00Z"), Instant.parse("2027-01-05T07:00:00Z"));
		Instant afterSummer = Instant.parse("2026-04-05T13:30:00Z");
		Instant afterWinter = Instant.parse("2026-10-04T13:00:00Z");
		assertThat(calendar.inWholeHours(year)).containsExactly(new Window(year.from(), afterSummer),
				new Window(afterSummer, afterWinter), new Window(afterWinter, year.to()));
		assertThat(calendar.inWholeHours(new Window(afterSummer, afterWinter)))
			.containsExactly(new Window(afterSummer, afterWinter));
		assertThat(calendar.inWholeHours(new Window(afterSummer, afterSummer))).isEmpty();
		assertThat(new DayCalendar(ZoneId.of("Europe/Berlin")).inWholeHours(year)).containsExactly(year);
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
			assertThat(calendar.hourOf(hour.start())).isEqualTo(hour);
			assertThat(calendar.hourOf(hour.end().minusNanos(1))).isEqualTo(hour);
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

	@ParameterizedTest
	@CsvSource({ "Pacific/Apia, 2011-12-30", "Pacific/Fakaofo, 2011-12-30" })
	void dayThatAZoneSkippedDoesNotExist(String zone, LocalDate day) {
		DayCalendar calendar = new DayCalendar(ZoneId.of(zone));
		assertThat(calendar.exists(day)).isFalse();
		assertThat(calendar.hoursOf(day)).isZero();
		assertThat(calendar.dayOf(calendar.startOf(day))).isEqualTo(day.plusDays(1));
		assertThat(calendar.days(day.minusDays(1), day.plusDays(2))).containsExactly(day.minusDays(1), day.plusDays(1));
	}

	@Test
	void dayThatHasBegunGoesOnWhereClocksGoBackFromJustAfterMidnight() {
		// at 00:01 to 23:01 of the day before
		DayCalendar calendar = new DayCalendar(ZoneId.of("America/St_Johns"));
		LocalDate day = LocalDate.parse("2006-10-29");
		Instant start = calendar.startOf(day);
		assertThat(start).isEqualTo("2006-10-29T02:30:00Z");
		assertThat(calendar.dayOf(start)).isEqualTo(day);
		assertThat(calendar.dayOf(start.plusSeconds(120))).isEqualTo(day);
		assertThat(calendar.hoursOf(day)).isEqualTo(25);
	}

	@Test
	void daysOfAllZonesFollowEachOtherAroundEachChangeOfTheirClocks() {
		Instant from = Instant.parse("2000-01-01T00:00:00Z");
		Instant to = Instant.parse("2040-01-01T00:00:00Z");
		for (String zone : ZoneId.getAvailableZoneIds()) {
			DayCalendar calendar = new DayCalendar(ZoneId.of(zone));
			ZoneRules rules = calendar.zone().getRules();
			for (ZoneOffsetTransition change = rules.nextTransition(from); change != null
					&& change.getInstant().isBefore(to); change = rules.nextTransition(change.getInstant())) {
				LocalDate first = LocalDate.ofInstant(change.getInstant(), calendar.zone()).minusDays(2);
				Instant end = calendar.startOf(first);
				for (LocalDate day : calendar.days(first, first.plusDays(5))) {
					Instant start = calendar.startOf(day);
					assertThat(start).as("%s %s", zone, day).isEqualTo(end);
					end = calendar.startOf(day.plusDays(1));
					assertThat(start.getEpochSecond() % 900).as("%s %s begins at a quarter hour", zone, day).isZero();
					assertThat(calendar.dayOf(start)).as("%s %s", zone, day).isEqualTo(day);
					assertThat(calendar.dayOf(end.minusNanos(1))).as("%s %s", zone, day).isEqualTo(day);
				}
			}
		}
	}

}
