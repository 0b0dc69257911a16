package io.agentmetrics.api.rest;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.model.time.Days;

/**
 * Reads the parameters of requests; a refusal says what is allowed.
 */
public final class Parameters {

	private static final int MAX_DAYS = 400;

	private static final LocalDate EARLIEST = LocalDate.of(1970, 1, 1);

	private static final LocalDate LATEST = LocalDate.of(9999, 12, 31);

	private Parameters() {
	}

	/**
	 * Reads how far to look back.
	 * @param value such as {@code 7d}
	 * @throws ProblemException if there is no such range
	 */
	public static TimeRange timeRange(String value) {
		return choice("time_range", value, List.of(TimeRange.values()), Parameters::name);
	}

	/**
	 * Returns how a range is written.
	 * @return such as {@code 7d}
	 */
	public static String name(TimeRange range) {
		return switch (range) {
			case LAST_1_DAY -> "1d";
			case LAST_7_DAYS -> "7d";
			case LAST_30_DAYS -> "30d";
			case LAST_90_DAYS -> "90d";
		};
	}

	/**
	 * Reads the name of a value, in lower case.
	 * @throws ProblemException if there is no such value
	 */
	public static <E extends Enum<E>> E choice(String parameter, String value, E[] values) {
		return choice(parameter, value, Arrays.asList(values), (each) -> each.name().toLowerCase(Locale.ROOT));
	}

	/**
	 * Reads whether something is wanted.
	 * @throws ProblemException if it is neither {@code true} nor {@code false}
	 */
	public static boolean flag(String parameter, String value) {
		return choice(parameter, value, List.of(false, true), String::valueOf);
	}

	/**
	 * Reads a run of days.
	 * @param from the first day, or empty for 30 days before the end
	 * @param to the day after the last, or empty for today
	 * @param today the day after the last that can be closed
	 * @return the days, one at least
	 * @throws ProblemException if one is no day, or there are none or more than 400
	 */
	public static Days days(Optional<String> from, Optional<String> to, LocalDate today) {
		LocalDate end = to.map((value) -> day("to", value)).orElse(today);
		LocalDate start = from.map((value) -> day("from", value)).orElseGet(() -> end.minusDays(30));
		if (!start.isBefore(end)) {
			throw refused("The parameter 'from' must be a day before 'to' (%s), but was %s.".formatted(end, start));
		}
		if (ChronoUnit.DAYS.between(start, end) > MAX_DAYS) {
			throw refused("The parameters 'from' and 'to' may be at most %d days apart, but from %s to %s is more."
				.formatted(MAX_DAYS, start, end));
		}
		return new Days(start, end);
	}

	private static LocalDate day(String parameter, String value) {
		try {
			LocalDate day = LocalDate.parse(value);
			if (!day.isBefore(EARLIEST) && !day.isAfter(LATEST)) {
				return day;
			}
		}
		catch (DateTimeParseException ex) {
			throw noDay(parameter);
		}
		throw noDay(parameter);
	}

	private static ProblemException noDay(String parameter) {
		return refused("The parameter '%s' must be a day from %s to %s, such as 2026-11-22.".formatted(parameter,
				EARLIEST, LATEST));
	}

	/**
	 * Reads one of some values by its name.
	 * @throws ProblemException if there is no such value
	 */
	public static <E> E choice(String parameter, String value, List<E> values, Function<E, String> name) {
		return values.stream()
			.filter((each) -> name.apply(each).equals(value))
			.findFirst()
			.orElseThrow(() -> refused("The parameter '%s' must be one of %s.".formatted(parameter,
					values.stream().map(name).collect(Collectors.joining(", ")))));
	}

	private static ProblemException refused(String sentence) {
		return new ProblemException(ProblemKind.BAD_INPUT, sentence);
	}

}
