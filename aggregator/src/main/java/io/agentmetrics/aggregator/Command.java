package io.agentmetrics.aggregator;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the program can be told to do, and by which words.
 */
enum Command {

	AGGREGATE("", List.of(), "from", "to", "agentId", "shard", "shards"),

	MIGRATE("migrate", List.of()),

	REBUILD("rebuild", List.of()),

	CONNECT("connect", List.of(), "source"),

	CONNECT_PLAN("connect plan", List.of(), "source"),

	CONNECT_STATUS("connect status", List.of(), "source"),

	DISCONNECT("disconnect", List.of("source", "executions"), "source", "executions"),

	IMPORT("import", List.of("file"), "source", "file", "format");

	private final String words;

	private final List<String> required;

	private final List<String> parameters;

	Command(String words, List<String> required, String... parameters) {
		this.words = words;
		this.required = required;
		this.parameters = List.of(parameters);
	}

	static Optional<Command> of(String words) {
		return Stream.of(values()).filter((command) -> command.words.equals(words)).findFirst();
	}

	/** Returns the words of all commands for a sentence. */
	static String names() {
		return Stream.of(values())
			.map(Command::words)
			.filter((words) -> !words.isEmpty())
			.collect(Collectors.joining(", "));
	}

	String words() {
		return this.words;
	}

	/** Returns the parameters that must be given. */
	List<String> required() {
		return this.required;
	}

	/** Returns all parameters that may be given. */
	List<String> parameters() {
		return this.parameters;
	}

}
