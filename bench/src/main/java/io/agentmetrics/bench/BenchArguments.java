package io.agentmetrics.bench;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A benchmark's arguments: values by name, each of which has a default.
 *
 * @param values every name that is known, and its value
 */
record BenchArguments(Map<String, String> values) {

	/**
	 * Reads arguments.
	 * @param arguments each as {@code name=value}
	 * @param defaults every name that is known
	 * @return the defaults, replaced by what was given
	 * @throws IllegalArgumentException if a name is not known
	 */
	static BenchArguments parse(List<String> arguments, Map<String, String> defaults) {
		Map<String, String> values = new HashMap<>(defaults);
		for (String argument : arguments) {
			String[] nameAndValue = argument.split("=", 2);
			if (nameAndValue.length != 2 || !defaults.containsKey(nameAndValue[0])) {
				throw new IllegalArgumentException(
						"'" + argument + "' is none of " + defaults.keySet() + ", each given as name=value");
			}
			values.put(nameAndValue[0], nameAndValue[1]);
		}
		return new BenchArguments(values);
	}

	/**
	 * Returns the jar of the {@code aggregator}, the {@code api} or the {@code receiver},
	 * as it was built.
	 */
	static Path jar(String program) {
		return Path.of(System.getProperty("agent-metrics.bench." + program)).toAbsolutePath().normalize();
	}

	String text(String name) {
		return Objects.requireNonNull(this.values.get(name));
	}

	int number(String name) {
		return Integer.parseInt(text(name));
	}

}
