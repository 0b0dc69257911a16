package io.agentmetrics.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation, or a section of one, for tests that compare it with the
 * programs.
 *
 * @param text its Markdown
 */
public record Documentation(String text) {

	/** The folder of the whole project, seen from a module's. */
	private static final Path PROJECT = Path.of("..");

	/**
	 * Reads a page.
	 * @param path where it is in the project
	 * @return the page
	 */
	public static Documentation page(String path) {
		try {
			return new Documentation(Files.readString(PROJECT.resolve(path)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the environment variables that set the components of a record of settings.
	 * @param prefix the property that the record is bound to
	 * @param settings the record
	 * @return such as {@code AGENT_METRICS_LIMITS_DEPTH}
	 */
	public static Stream<String> variables(String prefix, Class<?> settings) {
		return Arrays.stream(settings.getRecordComponents())
			// what has names of its own is no variable
			.filter((component) -> component.getType() != Map.class)
			.flatMap((component) -> variables(prefix + "." + component.getName(), component));
	}

	private static Stream<String> variables(String name, RecordComponent component) {
		return component.getType().isRecord() ? variables(name, component.getType())
				: Stream.of(name.replaceAll("([A-Z])|[.-]", "_$1").toUpperCase(Locale.ROOT));
	}

	/**
	 * Returns what stands under a heading, up to the next one of its level.
	 * @param heading the heading
	 * @return the section
	 */
	public Documentation section(String heading) {
		String level = find("(?m)^(#+) " + Pattern.quote(heading) + "$").getFirst();
		String after = this.text.split("(?m)^#+ " + Pattern.quote(heading) + "$", 2)[1];
		return new Documentation(after.split("(?m)^#{1," + level.length() + "} ", 2)[0]);
	}

	/**
	 * Returns the cells of each row of the tables.
	 * @return the rows in their order, without those that only draw lines
	 */
	public List<List<String>> rows() {
		return this.text.lines()
			.filter((line) -> line.startsWith("|") && !line.startsWith("|--"))
			.map((line) -> Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList())
			.toList();
	}

	/**
	 * Looks for something.
	 * @param pattern with a group
	 * @return what the group is, wherever the pattern is found
	 */
	public List<String> find(String pattern) {
		return Pattern.compile(pattern).matcher(this.text).results().map((found) -> found.group(1)).toList();
	}

}
