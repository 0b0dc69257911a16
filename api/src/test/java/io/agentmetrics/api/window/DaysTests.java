package io.agentmetrics.api.window;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DaysTests {

	private static final LocalDate FIRST = LocalDate.of(2026, 10, 20);

	private final Days days = new Days(FIRST, FIRST.plusDays(7));

	@Test
	void daysThroughOneLeaveOutTheLaterOnes() {
		assertThat(this.days.through(Optional.of(FIRST.plusDays(2)))).isEqualTo(new Days(FIRST, FIRST.plusDays(3)));
	}

	@Test
	void daysThroughALaterOneAreAllDays() {
		assertThat(this.days.through(Optional.of(FIRST.plusDays(6)))).isEqualTo(this.days);
		assertThat(this.days.through(Optional.of(FIRST.plusDays(99)))).isEqualTo(this.days);
	}

	@Test
	void daysThroughAnEarlierOneAreNone() {
		Days none = new Days(FIRST, FIRST);
		assertThat(this.days.through(Optional.of(FIRST.minusDays(1)))).isEqualTo(none);
		assertThat(this.days.through(Optional.of(FIRST.minusDays(99)))).isEqualTo(none);
		assertThat(this.days.through(Optional.empty())).isEqualTo(none);
	}

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
