package io.agentmetrics.aggregator;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

import io.agentmetrics.aggregator.job.RunRequest;
import io.agentmetrics.aggregator.rollup.Shard;

/**
 * What the aggregator was asked on its command line.
 *
 * @param request what to aggregate, where that is the command
 * @param values the command's parameters by their names
 * @param springArguments {@code --name=value} arguments, which are Spring's
 */
record CommandLine(Command command, RunRequest request, Map<String, String> values, String[] springArguments) {

	static final String USAGE = """
			Usage: java -jar aggregator.jar [COMMAND] [PARAMETER=VALUE …]
			  (nothing)     aggregates every closed day and whatever changed since the last run
			    from=, to=    rebuild the days from the first up to, not including, the second
			    agentId=      rebuilds one agent only
			    shard=, shards=  aggregates the part I (from 0) of N of the agents; shard is JOB_COMPLETION_INDEX by default
			  migrate       only creates or updates the database schema
			  rebuild       forgets all stored days and aggregates everything anew
			  connect       lets executions come over from a table under agent-metrics.sources, and copies its history
			    source=       one source only
			  connect plan  says what connect would do, and changes nothing
			  connect status  says how connected tables stand, day by day
			  disconnect    lets no execution come over any more
			    source=       which one
			    executions=   keep or delete those that have come
			  import        stores the executions of a file
			    file=         a path, or - for standard input
			    format=       csv, or otlp-json for spans as the collector of OpenTelemetry writes them; csv by default
			    source=       the source under agent-metrics.sources that those of a CSV file are of
			  --help, --version  say this, or which version it is, and do nothing
			The database is SPRING_DATASOURCE_URL (like jdbc:postgresql://host:5432/name), …_USERNAME and …_PASSWORD.""";

	/** The format of files of spans. */
	private static final String OTLP_JSON = "otlp-json";

	/** Arguments that only ask what there is. */
	private static final List<String> HELP = List.of("--help", "-h", "help");

	private static final List<String> VERSION = List.of("--version", "-V", "version");

	/** Returns whether somebody wants to know how the program is used. */
	static boolean asksForHelp(List<String> arguments) {
		return arguments.stream().anyMatch(HELP::contains);
	}

	/** Returns whether somebody wants to know which version this is. */
	static boolean asksForVersion(List<String> arguments) {
		return arguments.stream().anyMatch(VERSION::contains);
	}

	/**
	 * Parses arguments.
	 * @throws IllegalArgumentException if they are wrong; the message says what is
	 * allowed
	 */
	static CommandLine parse(List<String> arguments, Map<String, String> environment) {
		List<String> spring = arguments.stream().filter((argument) -> argument.startsWith("--")).toList();
		List<String> own = arguments.stream().filter((argument) -> !argument.startsWith("--")).toList();
		spring.stream().filter(CommandLine::isOurs).findFirst().ifPresent((argument) -> {
			throw new IllegalArgumentException(
					"Spring would ignore '" + argument + "': write '" + argument.substring(2) + "'");
		});
		String words = String.join(" ", own.stream().filter((argument) -> !argument.contains("=")).toList());
		Command command = Command.of(words)
			.orElseThrow(() -> new IllegalArgumentException(
					"Unknown command '%s': there are %s".formatted(words, Command.names())));
		Map<String, String> values = values(command,
				own.stream().filter((argument) -> argument.contains("=")).toList());
		RunRequest request = new RunRequest(parse(values, "from", LocalDate::parse, "a date like 2026-11-01"),
				parse(values, "to", LocalDate::parse, "a date like 2026-11-08"),
				parse(values, "agentId", CommandLine::uuid, "a UUID"), shard(values, environment),
				command == Command.REBUILD);
		return new CommandLine(command, request, Map.copyOf(values), spring.toArray(String[]::new));
	}

	boolean isOfSpans() {
		return OTLP_JSON.equals(this.values.get("format"));
	}

	private static Map<String, String> values(Command command, List<String> arguments) {
		Map<String, String> values = new HashMap<>();
		for (String argument : arguments) {
			String name = argument.substring(0, argument.indexOf('='));
			if (!command.parameters().contains(name)) {
				throw new IllegalArgumentException(
						"Unknown parameter '%s': %s".formatted(name, command.parameters().isEmpty()
								? command.words() + " takes none" : "allowed are " + command.parameters()));
			}
			if (values.put(name, argument.substring(name.length() + 1)) != null) {
				throw new IllegalArgumentException("Parameter '" + name + "' is given twice");
			}
		}
		for (String name : command.required()) {
			if (!values.containsKey(name)) {
				throw new IllegalArgumentException(command.words() + " needs " + name + "=");
			}
		}
		String executions = values.getOrDefault("executions", "keep");
		if (!List.of("keep", "delete").contains(executions)) {
			throw new IllegalArgumentException("executions=" + executions + " is not keep or delete");
		}
		String format = values.getOrDefault("format", "csv");
		if (!List.of("csv", OTLP_JSON).contains(format)) {
			throw new IllegalArgumentException("format=" + format + " is not csv or " + OTLP_JSON);
		}
		if (command == Command.IMPORT && format.equals("csv") != values.containsKey("source")) {
			throw new IllegalArgumentException(format.equals("csv") ? "import needs source="
					: "source= is for CSV files: spans say which service they are of");
		}
		return values;
	}

	private static Shard shard(Map<String, String> values, Map<String, String> environment) {
		if (!values.containsKey("shards")) {
			if (values.containsKey("shard")) {
				throw new IllegalArgumentException("shard needs shards, the number of them");
			}
			return Shard.WHOLE;
		}
		Map<String, String> all = new HashMap<>(values);
		if (environment.containsKey("JOB_COMPLETION_INDEX")) {
			all.putIfAbsent("shard", environment.get("JOB_COMPLETION_INDEX"));
		}
		int count = parse(all, "shards", Integer::valueOf, "a number").orElseThrow();
		int index = parse(all, "shard", Integer::valueOf, "a number").orElseThrow(
				() -> new IllegalArgumentException("shards needs shard, or the variable JOB_COMPLETION_INDEX"));
		return new Shard(index, count);
	}

	/** Spring would take it for a property that nobody reads. */
	private static boolean isOurs(String argument) {
		String name = argument.substring(2).split("=", 2)[0];
		return Stream.of(Command.values())
			.anyMatch((command) -> command.words().equals(name) || command.parameters().contains(name));
	}

	/** Java's own parser fills up what is too short. */
	private static UUID uuid(String value) {
		UUID uuid = UUID.fromString(value);
		if (!uuid.toString().equalsIgnoreCase(value)) {
			throw new IllegalArgumentException(value);
		}
		return uuid;
	}

	private static <T> Optional<T> parse(Map<String, String> values, String name, Function<String, T> parser,
			String expected) {
		String value = values.get(name);
		if (value == null) {
			return Optional.empty();
		}
		try {
			return Optional.of(parser.apply(value));
		}
		catch (DateTimeParseException | IllegalArgumentException ex) {
			throw new IllegalArgumentException(name + "=" + value + " is not " + expected, ex);
		}
	}

}
