package io.agentmetrics.aggregator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.agentmetrics.db.TestExecution;

/**
 * The packaged aggregator as an operating system process of its own: extracted and with a
 * cache of loaded classes, as the image runs it. So it starts in a third of the time.
 */
final class AggregatorProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** Training runs the program, and then another that writes the cache. */
	private static final Duration TRAINING_PATIENCE = Duration.ofMinutes(5);

	private static final List<String> PROGRAM = program();

	private final Process process;

	private final Path output;

	private AggregatorProcess(List<String> program, Map<String, String> environment, List<String> arguments) {
		this(program, environment, arguments, ProcessBuilder.Redirect.PIPE, Path.of("."));
	}

	private AggregatorProcess(List<String> program, Map<String, String> environment, List<String> arguments,
			ProcessBuilder.Redirect input, Path folder) {
		List<String> command = new ArrayList<>(program);
		command.addAll(arguments);
		try {
			this.output = Files.createTempFile("aggregator", ".log");
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(this.output.toFile())
				.redirectInput(input)
				.directory(folder.toFile());
			builder.environment().keySet().removeIf((name) -> name.startsWith("SPRING_") || name.startsWith("AGENT_"));
			builder.environment().putAll(environment);
			this.process = builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> program() {
		Path jar = Path
			.of(Objects.requireNonNull(System.getProperty("aggregator.jar"), "The build says where the jar is"));
		Path folder = jar.resolveSibling("program");
		Path cache = folder.resolve("aggregator.aot");
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		String extracted = folder.resolve(jar.getFileName()).toString();
		train(List.of(java, "-Djarmode=tools", "-jar", jar.toString(), "extract", "--force", "--destination",
				folder.toString()), Map.of());
		try (AggregatorFixture fixture = AggregatorFixture.atNoon()) {
			UUID agent = fixture.executions().agent("trains the cache");
			fixture.executions()
				.insert(TestExecution.failed(agent, fixture.clock().instant().minus(Duration.ofDays(2)), 1, "Error 1"));
			train(List.of(java, "-XX:+UseSerialGC", "-XX:AOTCacheOutput=" + cache, "-jar", extracted),
					environment(fixture.database().url(), fixture));
		}
		// in a locale and a zone that nothing stored may depend on
		return List.of(java, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:AOTCache=" + cache,
				"-Duser.language=ar", "-Duser.country=EG", "-Duser.timezone=America/Santiago", "-jar", extracted);
	}

	private static void train(List<String> command, Map<String, String> environment) {
		try (AggregatorProcess training = new AggregatorProcess(command, environment, List.of())) {
			if (training.exitCode(TRAINING_PATIENCE) != 0) {
				throw new IllegalStateException(command + " failed:\n" + training.output());
			}
		}
	}

	/** Starts the aggregator on the database and in the zone of a fixture. */
	static AggregatorProcess start(AggregatorFixture fixture, String... arguments) {
		return startAt(fixture.database().url(), fixture, arguments);
	}

	/** The same with another way to the database. */
	static AggregatorProcess startAt(String url, AggregatorFixture fixture, String... arguments) {
		return start(environment(url, fixture), arguments);
	}

	/** The same with one more variable in its environment. */
	static AggregatorProcess startWith(String name, Object value, AggregatorFixture fixture, String... arguments) {
		Map<String, String> environment = new HashMap<>(environment(fixture.database().url(), fixture));
		environment.put(name, value.toString());
		return start(environment, arguments);
	}

	/** The same in the folder of a file that is its standard input. */
	static AggregatorProcess startReading(Path input, Map<String, String> more, AggregatorFixture fixture,
			String... arguments) {
		Map<String, String> environment = new HashMap<>(environment(fixture.database().url(), fixture));
		environment.putAll(more);
		return new AggregatorProcess(PROGRAM, environment, List.of(arguments),
				ProcessBuilder.Redirect.from(input.toFile()), input.resolveSibling("."));
	}

	private static Map<String, String> environment(String url, AggregatorFixture fixture) {
		return Map.of("SPRING_DATASOURCE_URL", url, "SPRING_DATASOURCE_USERNAME", fixture.database().username(),
				"SPRING_DATASOURCE_PASSWORD", "any", "AGENT_METRICS_ZONE", fixture.zone().getId(),
				"AGENT_METRICS_AGGREGATOR_WORKERS", "2");
	}

	static AggregatorProcess start(Map<String, String> environment, String... arguments) {
		return new AggregatorProcess(PROGRAM, environment, List.of(arguments));
	}

	/** Waits for its end. */
	int exitCode() {
		return exitCode(PATIENCE);
	}

	int exitCode(Duration patience) {
		if (!endsWithin(patience)) {
			throw new AssertionError("Still running after " + patience + ":\n" + output());
		}
		return this.process.exitValue();
	}

	boolean endsWithin(Duration patience) {
		try {
			return this.process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** SIGTERM. */
	void terminate() {
		this.process.destroy();
	}

	/** SIGKILL. */
	void kill() {
		this.process.destroyForcibly();
	}

	/** SIGSTOP. */
	void pause() {
		signal("-STOP");
	}

	/** SIGCONT. */
	void resume() {
		signal("-CONT");
	}

	@Override
	public void close() {
		kill();
		exitCode();
		try {
			Files.deleteIfExists(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void signal(String signal) {
		try {
			int code = new ProcessBuilder("kill", signal, "" + this.process.pid()).start().waitFor();
			if (code != 0) {
				throw new IllegalStateException("kill " + signal + " ended with " + code);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
