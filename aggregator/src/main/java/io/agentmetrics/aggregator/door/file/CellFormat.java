package io.agentmetrics.aggregator.door.file;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * How the cells of a file write times, durations and other numbers.
 *
 * @param zone of times that have none
 * @param timeUnit of times that are numbers since 1970; null if there are none
 */
record CellFormat(ZoneId zone, @Nullable ChronoUnit timeUnit, ChronoUnit durationUnit) {

	/** Its digits are bounded, so that no number takes long to compute with. */
	private static final Pattern NUMBER = Pattern
		.compile("[+-]?[0-9]{1,18}(?:[.][0-9]{0,18})?(?:[eE][+-]?[0-9]{1,2})?");

	private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().parseCaseInsensitive()
		.appendValue(ChronoField.YEAR, 4)
		.appendPattern("-MM-dd'T'HH:mm[:ss")
		.appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
		.appendPattern("][ ]")
		.optionalStart()
		.parseLenient()
		.appendOffset("+HH", "Z")
		.toFormatter(Locale.ROOT)
		.withResolverStyle(ResolverStyle.STRICT);

	private static final int DATE_LENGTH = 10;

	/** PostgreSQL reads no others when they are written like these. */
	private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

	private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

	private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(1_000_000_000_000L);

	/**
	 * Returns the time that a cell says.
	 * @throws IllegalArgumentException if it says none; the message says what is allowed
	 */
	Instant time(String cell) {
		Instant time = NUMBER.matcher(cell).matches() ? since1970(cell) : written(cell);
		if (time.isBefore(FIRST) || time.isAfter(LAST)) {
			throw new IllegalArgumentException("is not within the years 1 to 9999");
		}
		return time;
	}

	private Instant written(String cell) {
		boolean spaced = cell.length() > DATE_LENGTH && cell.charAt(DATE_LENGTH) == ' ';
		String text = spaced ? cell.substring(0, DATE_LENGTH) + 'T' + cell.substring(DATE_LENGTH + 1) : cell;
		TemporalAccessor time;
		try {
			time = TIME.parse(text);
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException(
					"is not a time like 2026-11-21T09:15:00Z, or 2026-11-21 09:15:00.250 in " + this.zone, ex);
		}
		// of an hour that a day has twice the second, as PostgreSQL takes it
		return time.isSupported(ChronoField.INSTANT_SECONDS) ? Instant.from(time)
				: LocalDateTime.from(time).atZone(this.zone).withLaterOffsetAtOverlap().toInstant();
	}

	private Instant since1970(String cell) {
		if (this.timeUnit == null) {
			throw new IllegalArgumentException(
					"is a number: the source's time-unit has to say of what (seconds, millis or micros)");
		}
		// in microseconds, as those of a connected table
		BigDecimal seconds = nanos(cell, this.timeUnit).movePointLeft(9).setScale(6, RoundingMode.FLOOR);
		BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
		// an instant takes no more; what is less is out of range anyway
		return Instant.ofEpochSecond(whole.min(MOST_SECONDS).max(MOST_SECONDS.negate()).longValue(),
				seconds.subtract(whole).movePointRight(9).longValue());
	}

	private static BigDecimal nanos(String cell, ChronoUnit unit) {
		return new BigDecimal(cell).multiply(BigDecimal.valueOf(unit.getDuration().toNanos()));
	}

	/**
	 * Returns the duration that a cell says, in milliseconds.
	 * @throws IllegalArgumentException if it says none; the message says what is allowed
	 */
	BigDecimal milliseconds(String cell) {
		if (!NUMBER.matcher(cell).matches()) {
			throw new IllegalArgumentException("is not a number of "
					+ this.durationUnit.toString().toLowerCase(Locale.ROOT) + " like 30950 or 30.95");
		}
		return nanos(cell, this.durationUnit).movePointLeft(6);
	}

	/**
	 * Returns the number that a cell says.
	 * @throws IllegalArgumentException if it says none; the message says what is allowed
	 */
	static BigDecimal number(String cell) {
		if (!NUMBER.matcher(cell).matches()) {
			throw new IllegalArgumentException("is not a number like 1200 or 0.0125");
		}
		return new BigDecimal(cell);
	}

}
