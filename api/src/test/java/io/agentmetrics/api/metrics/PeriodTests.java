package io.agentmetrics.api.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PeriodTests {

	private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

	private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

	@Test
	void lastSevenDaysAreMeantUnlessSomethingElseIsSaid() {
		assertThat(Period.of(null, null)).isEqualTo(new Period.Latest(TimeRange.LAST_7_DAYS));
		assertThat(Period.of(TimeRange.LAST_1_DAY, null).window(NOW))
			.isEqualTo(new Window(NOW.minus(Duration.ofDays(1)), NOW));
		assertThat(Period.of(TimeRange.LAST_1_DAY, null).days(TODAY, ZoneOffset.UTC))
			.isEqualTo(new Days(TODAY.minusDays(1), TODAY));
	}

	@Test
	void windowStaysWhereItIs() {
		Period period = between("2026-10-01T00:00:00Z", "2026-10-03T12:00:00Z");
		assertThat(period.window(NOW)).isEqualTo(period.window(NOW.plusSeconds(1)));
		assertThat(period.days(TODAY, ZoneOffset.UTC))
			.isEqualTo(new Days(LocalDate.of(2026, 10, 1), LocalDate.of(2026, 10, 3)));
	}

	@Test
	void wholeDaysAreThoseOfTheZone() {
		Window window = new Window(Instant.parse("2026-10-23T22:00:00Z"), Instant.parse("2026-10-25T23:00:00Z"));
		// 25 October has 25 hours
		assertThat(window.wholeDays(ZoneId.of("Europe/Berlin")))
			.isEqualTo(new Days(LocalDate.of(2026, 10, 24), LocalDate.of(2026, 10, 26)));
		assertThat(window.wholeDays(ZoneOffset.UTC))
			.isEqualTo(new Days(LocalDate.of(2026, 10, 24), LocalDate.of(2026, 10, 25)));
	}

	@Test
	void windowWithinADayHasNoWholeDay() {
		Window window = new Window(Instant.parse("2026-10-23T01:00:00Z"), Instant.parse("2026-10-23T23:00:00Z"));
		Days days = window.wholeDays(ZoneOffset.UTC);
		assertThat(days.from()).isEqualTo(days.to());
	}

	@Test
	void previousIsAsLongAndEndsWhereThisStarts() {
		Window window = new Window(NOW, NOW.plusSeconds(90));
		assertThat(window.previous()).isEqualTo(new Window(NOW.minusSeconds(90), NOW));
		assertThat(new Days(TODAY, TODAY.plusDays(3)).previous()).isEqualTo(new Days(TODAY.minusDays(3), TODAY));
	}

	@Test
	void bothArgumentsAreRefused() {
		assertRefused(() -> Period.of(TimeRange.LAST_1_DAY, new WindowInput(NOW, NOW.plusSeconds(1))),
				"exclude each other");
	}

	@Test
	void emptyAndBackwardWindowsAreRefused() {
		assertRefused(() -> between("2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z"), "'from' must be before 'to'");
		assertRefused(() -> between("2026-10-02T00:00:00Z", "2026-10-01T00:00:00Z"), "'from' must be before 'to'");
	}

	@Test
	void windowsOfMoreThan400DaysAreRefused() {
		assertThat(Period.of(null, new WindowInput(NOW, NOW.plus(Duration.ofDays(400))))).isNotNull();
		assertRefused(() -> Period.of(null, new WindowInput(NOW, NOW.plus(Duration.ofDays(400)).plusMillis(1))),
				"at most 400 days");
		assertRefused(() -> between("1926-10-02T00:00:00Z", "2026-10-01T00:00:00Z"), "years from 1970 to 9999");
		assertRefused(() -> Period.of(null, new WindowInput(Instant.MIN, Instant.MAX)), "years from 1970 to 9999");
	}

	private static Period between(String from, String to) {
		return Period.of(null, new WindowInput(Instant.parse(from), Instant.parse(to)));
	}

	private static void assertRefused(Runnable reading, String sentence) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(reading::run).withMessageContaining(sentence);
	}

}
