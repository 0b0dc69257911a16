package io.agentmetrics.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a day is, is decided by {@code DayCalendar} alone: statements are told moments and
 * dates, and nothing depends on the zone or the locale of a session or of the JVM.
 */
class CalendarSourcesTests {

	private static final List<String> MODULES = List.of("shared-model", "otlp", "db", "aggregator", "api");

	/** {@code '%s'} is the zone that a source's own times are in. */
	private static final Pattern IN_STATEMENTS = Pattern
		.compile("(?i)at time zone (?!'UTC'|'%s')|\\bcurrent_date\\b|\\blocaltime|generate_series\\([^)]*interval"
				+ "|(execution_start|execution_end|quarter_hour|happened|now\\(\\))\\)?::(date|timestamp)\\b");

	/**
	 * What a server's lc_numeric and lc_monetary write otherwise; the one to_char is of a
	 * week.
	 */
	private static final Pattern NUMBERS_AS_TEXT = Pattern
		.compile("(?i)\\bto_number\\(|::money\\b|\\bto_char\\((?!week, 'IYYY)");

	private static final Pattern IN_JAVA = Pattern
		.compile("atStartOfDay\\(|LocalDate\\.ofInstant\\(|systemDefault\\(|LocalDate(Time)?\\.now\\(\\)"
				+ "|TimeZone\\.getDefault|java\\.sql\\.(Timestamp|Date);|\\.to(Upper|Lower)Case\\(\\)");

	@Test
	void statementsDoNotKnowDays() {
		assertThat(lines(IN_STATEMENTS, "glob:**.{java,sql}")).isEmpty();
	}

	@Test
	void statementsDoNotWriteNumbersAsText() {
		assertThat(lines(NUMBERS_AS_TEXT, "glob:**.{java,sql}")).isEmpty();
	}

	@Test
	void onlyTheCalendarKnowsWhenADayBegins() {
		assertThat(lines(IN_JAVA, "glob:**.java")).isEmpty();
	}

	@Test
	void sourcesOfAllModulesAreLookedAt() {
		assertThat(sources("glob:**.java")).hasSizeGreaterThan(200);
		assertThat(sources("glob:**.sql")).anyMatch((path) -> path.toString().contains("001-"));
		assertThat(IN_STATEMENTS.matcher("(now() at time zone zone)::date").find()).isTrue();
		assertThat(NUMBERS_AS_TEXT.matcher("to_char(total, '999D99')").find()).isTrue();
		assertThat(IN_JAVA.matcher("day.atStartOfDay(zone)").find()).isTrue();
	}

	private static List<String> lines(Pattern forbidden, String files) {
		return sources(files).stream().flatMap((path) -> {
			try {
				return Files.readAllLines(path)
					.stream()
					.filter((line) -> forbidden.matcher(line).find())
					.map((line) -> path.getFileName() + ": " + line.strip());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}).toList();
	}

	private static List<Path> sources(String files) {
		return MODULES.stream()
			.map((module) -> Path.of("..", module, "src", "main"))
			.flatMap((root) -> files(root, files))
			.filter((path) -> !path.endsWith("DayCalendar.java"))
			.toList();
	}

	private static Stream<Path> files(Path root, String files) {
		try (Stream<Path> all = Files.walk(root)) {
			return all.filter(root.getFileSystem().getPathMatcher(files)::matches).toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
