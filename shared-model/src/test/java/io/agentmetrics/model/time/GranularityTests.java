package io.agentmetrics.model.time;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link Granularity}.
 */
class GranularityTests {

	private static final Instant NOW = Instant.parse("2026-11-22T12:34:56Z");

	@ParameterizedTest
	@CsvSource({ "PT1S, HOUR", "P3D, HOUR", "P4D, DAY", "P92D, DAY", "P93D, WEEK", "P400D, WEEK" })
	void autoKeepsAChartReadable(Duration length, Granularity chosen) {
		assertThat(Granularity.AUTO.settledFor(new Window(NOW.minus(length), NOW))).isEqualTo(chosen);
		assertThat(Granularity.WEEK.settledFor(new Window(NOW.minus(length), NOW))).isEqualTo(Granularity.WEEK);
	}

	@ParameterizedTest
	@CsvSource({ "HOUR, 2026-04-05T13:12:00Z, 2026-04-05T13:00:00Z, 2026-04-05T13:30:00Z",
			"HOUR, 2026-04-05T13:30:00Z, 2026-04-05T13:30:00Z, 2026-04-05T14:30:00Z",
			"DAY, 2026-04-05T13:12:00Z, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z",
			"WEEK, 2026-04-05T13:12:00Z, 2026-03-29T13:00:00Z, 2026-04-05T13:30:00Z" })
	void bucketsEndWhereADayOf24And1HalfHoursDoes(Granularity granularity, Instant moment, Instant from, Instant to) {
		assertThat(granularity.around(moment, ZoneId.of("Australia/Lord_Howe"))).isEqualTo(new Window(from, to));
	}

	@Test
	void nothingIsCutBeforeItIsSettledIntoWhat() {
		assertThatIllegalStateException().isThrownBy(() -> Granularity.AUTO.around(NOW, ZoneOffset.UTC));
	}

}
