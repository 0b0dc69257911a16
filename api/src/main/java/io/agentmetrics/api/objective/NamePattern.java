package io.agentmetrics.api.objective;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A pattern of agents' names, in any case, in which * stands for any text.
 */
record NamePattern(String text, Pattern regex) {

	static NamePattern of(String text) {
		String regex = Arrays.stream(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
		return new NamePattern(text,
				Pattern.compile(regex, Pattern.DOTALL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE));
	}

	boolean matches(String name) {
		return this.regex.matcher(name).matches();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof NamePattern that
				&& this.text.toLowerCase(Locale.ROOT).equals(that.text.toLowerCase(Locale.ROOT));
	}

	@Override
	public int hashCode() {
		return this.text.toLowerCase(Locale.ROOT).hashCode();
	}

	@Override
	public String toString() {
		return this.text;
	}

}
