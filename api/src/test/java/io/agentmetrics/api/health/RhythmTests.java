package io.agentmetrics.api.health;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.DayHour;
import io.agentmetrics.model.time.Days;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class RhythmTests {

	private static final double LEVEL = 0.001;

	/** From a Monday on, four weeks without a change of clocks. */
	private static final Days DAYS = days("2026-06-01");

	private static final Predicate<ZonedDateTime> ALWAYS = (hour) -> true;

	private static final Predicate<ZonedDateTime> NIGHTLY = (hour) -> hour.getHour() == 2;

	private static final Predicate<ZonedDateTime> OFFICE = (hour) -> hour.getDayOfWeek().getValue() <= 5
			&& hour.getHour() >= 9 && hour.getHour() < 17;

	@ParameterizedTest
	@CsvSource({ "1, 1, 2", "28, 1, 29", "28, 2, 435", "3, 3, 20" })
	void factorOfWholeNumbersIsABinomialCoefficient(int gaps, double factor, double timesRarer) {
		assertThat(RhythmBuilder.factor(gaps, 1 / timesRarer)).isCloseTo(factor, within(0.002));
	}

	@RepeatedTest(3)
	void exponentialGapsExceedTheLimitAsOftenAsIsSaid(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		double factor = RhythmBuilder.factor(20, 0.01);
		int longer = 0;
		for (int i = 0; i < 100_000; i++) {
			double longest = 0;
			for (int gap = 0; gap < 20; gap++) {
				longest = Math.max(longest, -Math.log(1 - random.nextDouble()));
			}
			longer += (-Math.log(1 - random.nextDouble()) > factor * longest) ? 1 : 0;
		}
		// five standard deviations
		assertThat(longer).as("seed %d", repetition.getCurrentRepetition()).isBetween(840, 1_160);
	}

	@Test
	void gapsOfAnAgentThatRunsEveryHourAreOneUsualHour() {
		Rhythm rhythm = rhythm("UTC", DAYS, ALWAYS);
		assertThat(rhythm.gaps()).isEqualTo(28 * 24 - 1);
		assertThat(rhythm.longestGap()).isEqualTo(1);
		assertThat(rhythm.limit()).isBetween(1.4, 1.8);
		assertThat(rhythm.gap(at("UTC", "2026-06-29T10:10"), at("UTC", "2026-06-29T13:30"))).isCloseTo(2.5,
				within(1e-9));
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia" })
	void nightlyAgentIsSilentInTheThirdNight(String zone) {
		Rhythm rhythm = rhythm(zone, DAYS, NIGHTLY);
		assertThat(rhythm.gaps()).isEqualTo(27);
		assertThat(rhythm.longestGap()).isEqualTo(1);
		assertThat(rhythm.limit()).isBetween(2.0, 3.0);
		Instant last = at(zone, "2026-06-29T02:10");
		assertThat(rhythm.gap(last, at(zone, "2026-07-01T23:00"))).isCloseTo(2, within(1e-9));
		assertThat(rhythm.gap(last, at(zone, "2026-07-02T03:00"))).isCloseTo(3, within(1e-9));
	}

	@Test
	void timeInWhichTheAgentNeverRunsDoesNotCount() {
		Rhythm rhythm = rhythm("UTC", DAYS, OFFICE);
		assertThat(rhythm.longestGap()).isEqualTo(1);
		Instant friday = at("UTC", "2026-07-03T16:40");
		assertThat(rhythm.gap(friday, at("UTC", "2026-07-06T09:00"))).isZero();
		assertThat(rhythm.gap(friday, at("UTC", "2026-07-06T12:00"))).isCloseTo(3, within(1e-9))
			.isGreaterThan(rhythm.limit());
	}

	@Test
	void longerGapsBeforeMakeLongerOnesUsual() {
		// on a holiday it did not run
		Rhythm rhythm = rhythm("UTC", DAYS, (hour) -> OFFICE.test(hour) && hour.getDayOfMonth() != 15);
		assertThat(rhythm.longestGap()).isBetween(8.0, 9.0);
		assertThat(rhythm.limit()).isBetween(8.0, 20.0);
	}

	@Test
	void agentRunsByTheClockAlsoWhereItChanges() {
		// clocks go forward on the 29th of March
		Rhythm rhythm = rhythm("Europe/Berlin", days("2026-03-09"), (hour) -> hour.getHour() == 7);
		assertThat(rhythm.longestGap()).isEqualTo(1);
		// and back on the 25th of October
		rhythm = rhythm("Europe/Berlin", days("2026-10-05"), (hour) -> hour.getHour() == 7);
		assertThat(rhythm.longestGap()).isEqualTo(1);
	}

	@Test
	void daysThatAreNotStoredAreNoGap() {
		Set<LocalDate> open = Set.of(LocalDate.parse("2026-06-10"), LocalDate.parse("2026-06-11"));
		Rhythm rhythm = rhythm("UTC", DAYS, open, NIGHTLY);
		assertThat(rhythm.longestGap()).isEqualTo(1);
		assertThat(rhythm.gaps()).isEqualTo(24);
	}

	@Test
	void rhythmTakesTwoWeeks() {
		assertThat(rhythm("UTC", DAYS, (hour) -> NIGHTLY.test(hour) && hour.getDayOfMonth() <= 14).isKnown()).isFalse();
		assertThat(rhythm("UTC", DAYS, (hour) -> NIGHTLY.test(hour) && hour.getDayOfMonth() <= 15).isKnown()).isTrue();
		assertThat(rhythm("UTC", DAYS, (hour) -> false).isKnown()).isFalse();
	}

	@Test
	void agentThatRunsOnceAWeekHasToBeSilentForLong() {
		Rhythm rhythm = rhythm("UTC", DAYS, (hour) -> NIGHTLY.test(hour) && hour.getDayOfWeek() == DayOfWeek.MONDAY);
		assertThat(rhythm.gaps()).isEqualTo(3);
		assertThat(rhythm.limit()).isBetween(5.0, 8.0);
	}

	@Test
	void rhythmOfOneAgentIsNotThatOfTheNext() {
		RhythmBuilder builder = new RhythmBuilder(new DayCalendar(ZoneId.of("UTC")), DAYS, Set.of(), LEVEL);
		rhythm(builder, "UTC", DAYS, Set.of(), ALWAYS);
		Rhythm rhythm = rhythm(builder, "UTC", DAYS, Set.of(), NIGHTLY);
		assertThat(rhythm.gaps()).isEqualTo(27);
		assertThat(rhythm.runsPerHour()).isEqualTo(5);
		assertThat(rhythm.lastRun()).isEqualTo(at("UTC", "2026-06-28T02:00"));
	}

	private static Rhythm rhythm(String zone, Days days, Predicate<ZonedDateTime> runs) {
		return rhythm(zone, days, Set.of(), runs);
	}

	private static Rhythm rhythm(String zone, Days days, Set<LocalDate> open, Predicate<ZonedDateTime> runs) {
		return rhythm(new RhythmBuilder(new DayCalendar(ZoneId.of(zone)), days, open, LEVEL), zone, days, open, runs);
	}

	/** Five runs in each hour that matches. */
	private static Rhythm rhythm(RhythmBuilder builder, String zone, Days days, Set<LocalDate> open,
			Predicate<ZonedDateTime> runs) {
		DayCalendar calendar = new DayCalendar(ZoneId.of(zone));
		for (LocalDate day : calendar.days(days.from(), days.to())) {
			HourlyCounts.Builder counts = HourlyCounts.builder(HourlyCounts.MAX_HOURS);
			for (DayHour hour : calendar.hours(day, day.plusDays(1))) {
				if (runs.test(hour.start().atZone(calendar.zone()))) {
					counts.add(hour.hour(), 5, 5, 0);
				}
			}
			if (!open.contains(day)) {
				builder.add((int) Duration.between(days.from().atStartOfDay(), day.atStartOfDay()).toDays(),
						counts.build());
			}
		}
		return builder.build();
	}

	private static Instant at(String zone, String local) {
		return LocalDateTime.parse(local).atZone(ZoneId.of(zone)).toInstant();
	}

	private static Days days(String from) {
		return new Days(LocalDate.parse(from), LocalDate.parse(from).plusDays(28));
	}

}
