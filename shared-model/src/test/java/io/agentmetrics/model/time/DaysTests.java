package io.agentmetrics.model.time;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DaysTests {

	private static final LocalDate FIRST = LocalDate.of(2026, 10, 20);

	private final Days days = new Days(FIRST, FIRST.plusDays(7));

	@Test
	void daysInAZoneHaveItsHours() {
		Window berlin = this.days.in(ZoneId.of("Europe/Berlin"));
		assertThat(Duration.between(berlin.from(), berlin.to())).as("clocks went back")
			.isEqualTo(Duration.ofHours(169));
		Window utc = this.days.in(ZoneId.of("UTC"));
		assertThat(Duration.between(utc.from(), utc.to())).isEqualTo(Duration.ofHours(168));
	}

	@Test
	void daysDoNotEndBeforeTheyStart() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Days(FIRST, FIRST.minusDays(1)));
	}

}
