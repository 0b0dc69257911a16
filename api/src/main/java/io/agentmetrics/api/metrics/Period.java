package io.agentmetrics.api.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.model.time.Days;
import io.agentmetrics.model.time.Window;
import org.jspecify.annotations.Nullable;

/**
 * Which time is asked about, in words that do not change while time goes by, so that a
 * cache can tell equal questions.
 */
public sealed interface Period {

	/** The longest window that can be asked about. */
	Duration MAX_LENGTH = Duration.ofDays(400);

	/** No execution is older; PostgreSQL could not even store some moments before. */
	Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

	/** The latest moment that can be asked about. */
	Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	/** The default period. */
	TimeRange DEFAULT = TimeRange.LAST_7_DAYS;

	/**
	 * Reads a client's arguments.
	 * @param timeRange how far to look back, or null
	 * @param between a window, or null
	 * @return what is asked about: {@link #DEFAULT} if both are null
	 * @throws ProblemException if both are given, or the window is empty, ends before it
	 * starts, is longer than {@link #MAX_LENGTH}, or lies outside of the years 1970 to
	 * 9999
	 */
	static Period of(@Nullable TimeRange timeRange, @Nullable WindowInput between) {
		if (between == null) {
			return new Latest((timeRange != null) ? timeRange : DEFAULT);
		}
		if (timeRange != null) {
			throw refused("The arguments 'timeRange' and 'between' exclude each other: give one of them.");
		}
		if (between.from().isBefore(EARLIEST) || between.to().isAfter(LATEST)) {
			throw refused("The argument 'between' must lie in the years from 1970 to 9999.");
		}
		if (!between.from().isBefore(between.to())) {
			throw refused("In the argument 'between', 'from' must be before 'to', but 'from' was " + between.from()
					+ " and 'to' was " + between.to() + ".");
		}
		if (Duration.between(between.from(), between.to()).compareTo(MAX_LENGTH) > 0) {
			throw refused("The argument 'between' may span at most " + MAX_LENGTH.toDays() + " days, but from "
					+ between.from() + " to " + between.to() + " is more.");
		}
		return new Between(new Window(between.from(), between.to()));
	}

	private static ProblemException refused(String sentence) {
		return new ProblemException(ProblemKind.BAD_INPUT, sentence);
	}

	/**
	 * Returns the moments asked about.
	 * @param now the end of what is the latest
	 */
	Window window(Instant now);

	/**
	 * Returns the calendar days asked about.
	 * @param today the day after the latest
	 * @return those that lie wholly inside, maybe none
	 */
	Days days(LocalDate today, ZoneId zone);

	/**
	 * A range that moves with time.
	 */
	record Latest(TimeRange range) implements Period {

		@Override
		public Window window(Instant now) {
			return this.range.until(now);
		}

		@Override
		public Days days(LocalDate today, ZoneId zone) {
			return this.range.before(today);
		}

	}

	/**
	 * A window that stays where it is.
	 *
	 * @param window the window, not empty
	 */
	record Between(Window window) implements Period {

		@Override
		public Window window(Instant now) {
			return this.window;
		}

		@Override
		public Days days(LocalDate today, ZoneId zone) {
			return this.window.wholeDays(zone);
		}

	}

}
