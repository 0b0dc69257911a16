package io.agentmetrics.api.problem;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Checks the arguments of requests; a refusal says what is allowed.
 */
public final class Arguments {

	/** The most entries of any list in one request. */
	public static final int MAX_FIRST = 100;

	private static final int MAX_TEXT = 200;

	private static final Pattern ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

	private Arguments() {
	}

	/**
	 * Reads an id.
	 * @throws ProblemException if it is not a UUID in its usual form
	 */
	public static UUID id(String name, String value) {
		if (!ID.matcher(value).matches()) {
			throw refused(name, "must be a UUID such as 6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c111");
		}
		return UUID.fromString(value);
	}

	/**
	 * Checks how many entries of a list are asked for.
	 * @throws ProblemException if it is not from 1 to {@value #MAX_FIRST}
	 */
	public static int first(int first) {
		if (first < 1 || first > MAX_FIRST) {
			throw refused("first", "must be from 1 to " + MAX_FIRST + ", but was " + first);
		}
		return first;
	}

	/**
	 * Checks a text to search for.
	 * @throws ProblemException if it is longer than {@value #MAX_TEXT} characters or has
	 * characters that no text has
	 */
	public static String text(String name, String value) {
		return text(name, value, MAX_TEXT);
	}

	/**
	 * Checks a text.
	 * @param longest how many characters it may have
	 * @throws ProblemException if it is longer, or has characters that no text has
	 */
	public static String text(String name, String value, int longest) {
		if (value.length() > longest || value.codePoints().anyMatch(Arguments::isNoText)) {
			throw refused(name, "must be text of at most " + longest + " characters without control characters");
		}
		return value;
	}

	/**
	 * Checks names that executions may have.
	 * @return each of them once
	 * @throws ProblemException if there are none or more than {@value #MAX_FIRST}, or one
	 * is blank or longer than {@value #MAX_TEXT} characters
	 */
	public static Set<String> names(String name, Collection<String> values) {
		if (values.isEmpty() || values.size() > MAX_FIRST) {
			throw refused(name,
					"must have from 1 to " + MAX_FIRST + " values, or be left out for all, but had " + values.size());
		}
		for (String value : values) {
			// as long as the database counts; what it cannot store, no execution has
			if (value.isBlank() || value.codePointCount(0, value.length()) > MAX_TEXT
					|| value.codePoints().anyMatch(Arguments::cannotBeStored)) {
				throw refused(name, "must have values of 1 to " + MAX_TEXT + " characters that are not all blank");
			}
		}
		return Set.copyOf(values);
	}

	/**
	 * Checks which values of an enum are asked for.
	 * @param value what the caller sent, or null for all
	 * @return those asked for, one at least
	 * @throws ProblemException if it is empty
	 */
	public static <E extends Enum<E>> Set<E> choice(String name, @Nullable Set<E> value, EnumSet<E> all) {
		if (value == null) {
			return all;
		}
		if (value.isEmpty()) {
			throw refused(name, "must have one value at least, or be left out for all");
		}
		return EnumSet.copyOf(value);
	}

	private static boolean isNoText(int codePoint) {
		return Character.isISOControl(codePoint) || cannotBeStored(codePoint);
	}

	private static boolean cannotBeStored(int codePoint) {
		return codePoint == 0 || Character.getType(codePoint) == Character.SURROGATE;
	}

	private static ProblemException refused(String name, String rule) {
		return new ProblemException(ProblemKind.BAD_INPUT, "The argument '" + name + "' " + rule + ".");
	}

}
