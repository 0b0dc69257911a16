package io.agentmetrics.aggregator.door.file;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link CellFormat}: what is read as a time or a duration, and how the rest is refused.
 */
class CellFormatTests {

	@ParameterizedTest
	@ValueSource(strings = { "2026-11-21T09:15:00Z", "2026-11-21t09:15:00z", "2026-11-21T09:15Z",
			"2026-11-21T10:15:00+01:00", "2026-11-21 10:15:00+01", "2026-11-21 04:15:00-0500", "2026-11-21 09:15:00+00",
			"2026-11-21 09:15:00.000000+00", "2026-11-21 09:15:00 +0000", "2026-11-21T14:45:00+0530",
			"2026-11-21T14:45:00+05:30" })
	void timeWithAnOffsetIsThatInstantInAnyZone(String cell) {
		assertThat(format("America/Santiago").time(cell)).isEqualTo(Instant.parse("2026-11-21T09:15:00Z"));
	}

	@ParameterizedTest
	@CsvSource({ "2026-11-21T09:15:00, 2026-11-21T08:15:00Z", "2026-11-21 09:15, 2026-11-21T08:15:00Z",
			"2026-07-21 09:15:00.5, 2026-07-21T07:15:00.5Z",
			"2026-11-21 09:15:00.123456789, 2026-11-21T08:15:00.123456789Z",
			// the hour that is skipped goes on from the one before, of the hour that
			// comes twice it is the second
			"2026-03-29 02:30:00, 2026-03-29T01:30:00Z", "2026-10-25 02:30:00, 2026-10-25T01:30:00Z" })
	void timeWithoutAnOffsetIsOneOfTheSourcesZone(String cell, Instant expected) {
		assertThat(format("Europe/Berlin").time(cell)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "SECONDS, 1795338900, 2026-11-22T09:15:00Z", "SECONDS, 1795338900.25, 2026-11-22T09:15:00.25Z",
			"SECONDS, 1.7953389e9, 2026-11-22T09:15:00Z", "MILLIS, 1795338900250, 2026-11-22T09:15:00.250Z",
			"MILLIS, 1795338900250.5, 2026-11-22T09:15:00.250500Z",
			"MICROS, 1795338900250001, 2026-11-22T09:15:00.250001Z", "SECONDS, -0.5, 1969-12-31T23:59:59.5Z",
			"SECONDS, 0, 1970-01-01T00:00:00Z", "SECONDS, 1e-99, 1970-01-01T00:00:00Z" })
	void numberIsATimeSince1970(ChronoUnit unit, String cell, Instant expected) {
		assertThat(new CellFormat(ZoneId.of("Asia/Tokyo"), unit, ChronoUnit.MILLIS).time(cell)).isEqualTo(expected);
	}

	@Test
	void numberNeedsAUnit() {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> format("UTC").time("1795338900"))
			.withMessage("is a number: the source's time-unit has to say of what (seconds, millis or micros)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "yesterday", "2026-11-21", "09:15:00", "21.11.2026 09:15", "11/21/2026 09:15:00",
			"2026-02-30 09:15:00", "2026-11-21 24:15:00", "2026-11-21T09:15:00+25:00", "2026-11-21  09:15:00",
			"2026-11-21T09:15:00Z more", "2026-11-21T09:15:00ZZ", "2026-11-21T09:15:00+1", "26-11-21 09:15:00",
			"+102026-11-21T09:15:00Z", "2026-11-21T09:15:00.1234567891Z", "infinity", "NaN", "0x10", "1,795,338,900",
			"١٧٩٥٣٣٨٩٠٠", "12345678901234567890", "1e100", "1e999999999", "" })
	void whatIsNoTimeIsRefusedWithWhatIsAllowed(String cell) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> new CellFormat(ZoneId.of("Asia/Tokyo"), ChronoUnit.SECONDS, ChronoUnit.MILLIS).time(cell))
			.satisfies((refusal) -> assertThat(refusal.getMessage()).isIn(
					"is not a time like 2026-11-21T09:15:00Z, or 2026-11-21 09:15:00.250 in Asia/Tokyo",
					"is not within the years 1 to 9999"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
			"-62135596801", "253402300800", "1e99", "-999999999999999999" })
	void timeThatPostgresWouldNotReadIsRefused(String cell) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> new CellFormat(ZoneId.of("UTC"), ChronoUnit.SECONDS, ChronoUnit.MILLIS).time(cell))
			.withMessage("is not within the years 1 to 9999");
	}

	@ParameterizedTest
	@CsvSource({ "MILLIS, 30950, 30950", "MILLIS, 30950.75, 30950.75", "SECONDS, 30.95, 30950", "SECONDS, 1e-05, 0.01",
			"MICROS, 1500, 1.5", "MINUTES, 2.5, 150000", "SECONDS, -1, -1000", "MILLIS, 0, 0" })
	void durationIsANumberOfItsUnit(ChronoUnit unit, String cell, BigDecimal milliseconds) {
		assertThat(new CellFormat(ZoneId.of("UTC"), null, unit).milliseconds(cell)).isEqualByComparingTo(milliseconds);
	}

	@ParameterizedTest
	@ValueSource(strings = { "fast", "30,950", "00:00:30", "PT30S", "30s", "NaN", "-", ".", "1e1000000000" })
	void whatIsNoDurationIsRefusedWithWhatIsAllowed(String cell) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> new CellFormat(ZoneId.of("UTC"), null, ChronoUnit.SECONDS).milliseconds(cell))
			.withMessage("is not a number of seconds like 30950 or 30.95");
	}

	@ParameterizedTest
	@CsvSource({ "1200, 1200", "0.0125, 0.0125", "-1, -1", "1.2e-05, 0.000012", "0, 0" })
	void numberIsReadAsItStands(String cell, BigDecimal number) {
		assertThat(CellFormat.number(cell)).isEqualByComparingTo(number);
	}

	@ParameterizedTest
	@ValueSource(strings = { "many", "1,200", "$1", "NaN", "infinity", "1e1000000000" })
	void whatIsNoNumberIsRefusedWithWhatIsAllowed(String cell) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> CellFormat.number(cell))
			.withMessage("is not a number like 1200 or 0.0125");
	}

	private static CellFormat format(String zone) {
		return new CellFormat(ZoneId.of(zone), null, ChronoUnit.MILLIS);
	}

}
