package io.agentmetrics.api.metrics;

import java.time.Instant;
import java.time.LocalDate;

import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TimeRangeTests {

	private static final Instant NOW = Instant.parse("2026-11-22T10:15:30Z");

	@Test
	void rollingWindowIsAsManyTimes24Hours() {
		assertThat(TimeRange.LAST_1_DAY.until(NOW)).isEqualTo(new Window(Instant.parse("2026-11-21T10:15:30Z"), NOW));
		assertThat(TimeRange.LAST_7_DAYS.until(NOW)).isEqualTo(new Window(Instant.parse("2026-11-15T10:15:30Z"), NOW));
		assertThat(TimeRange.LAST_30_DAYS.until(NOW)).isEqualTo(new Window(Instant.parse("2026-10-23T10:15:30Z"), NOW));
		assertThat(TimeRange.LAST_90_DAYS.until(NOW)).isEqualTo(new Window(Instant.parse("2026-08-24T10:15:30Z"), NOW));
	}

	@Test
	void calendarDaysEndBeforeToday() {
		LocalDate today = LocalDate.of(2026, 11, 22);
		assertThat(TimeRange.LAST_7_DAYS.before(today)).isEqualTo(new Days(LocalDate.of(2026, 11, 15), today));
	}

	@Test
	void windowDoesNotEndBeforeItStarts() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Window(NOW, NOW.minusMillis(1)));
	}

}
