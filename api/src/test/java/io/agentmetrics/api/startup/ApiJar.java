package io.agentmetrics.api.startup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.agentmetrics.db.TestDatabase;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;

import static org.awaitility.Awaitility.await;

/**
 * The API as a process of its own, from its jar.
 */
public final class ApiJar implements AutoCloseable {

	private static final Path JAR = Path.of(System.getProperty("agent-metrics.demo.api", "target/api.jar"));

	/** As the images run it: what is said of a burst of requests is said of that. */
	private static final Path PROGRAM = JAR.resolveSibling("program");

	private static boolean extracted;

	/** As far from what is usual as can be: no answer may depend on it. */
	private static final List<String> ELSEWHERE = List.of("-Duser.language=ar", "-Duser.country=EG",
			"-Duser.timezone=America/Santiago");

	private final Process process;

	private final Path log;

	private final int port;

	private ApiJar(Process process, Path log, int port) {
		this.process = process;
		this.log = log;
		this.port = port;
	}

	/** Runs the jar with arguments until it ends. */
	static ApiJar run(String... arguments) {
		ApiJar jar = launch(List.of(), Map.of(), List.of(arguments), 0);
		jar.process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
		return jar;
	}

	/** Starts the API on a database and waits until it is ready. */
	public static ApiJar start(TestDatabase database, List<String> jvm, Map<String, String> environment) {
		int port = freePort();
		int management = freePort();
		Map<String, String> all = new HashMap<>(Map.of("SPRING_DATASOURCE_URL", database.url(),
				"SPRING_DATASOURCE_USERNAME", database.username(), "SPRING_DATASOURCE_PASSWORD", "any", "SERVER_PORT",
				"" + port, "MANAGEMENT_SERVER_PORT", "" + management));
		all.putAll(environment);
		ApiJar jar = launch(jvm, all, List.of(), port);
		HttpClient client = HttpClient.newHttpClient();
		URI readiness = URI.create("http://localhost:" + management + "/actuator/health/readiness");
		await().atMost(Duration.ofMinutes(2))
			.ignoreExceptions()
			.until(() -> !jar.process.isAlive()
					|| client.send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.discarding())
						.statusCode() == 200);
		if (!jar.process.isAlive()) {
			throw new IllegalStateException(jar.output());
		}
		return jar;
	}

	private static ApiJar launch(List<String> jvm, Map<String, String> environment, List<String> arguments, int port) {
		extract();
		try {
			List<String> line = new ArrayList<>(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
			line.addAll(ELSEWHERE);
			line.addAll(jvm);
			line.addAll(List.of("-jar", PROGRAM.resolve("api.jar").toString()));
			line.addAll(arguments);
			Path log = Files.createTempFile("api", ".log");
			ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
			builder.environment().putAll(environment);
			return new ApiJar(builder.start(), log, port);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static synchronized void extract() {
		Assumptions.assumeTrue(Files.exists(JAR), "needs " + JAR + ", which mvn package makes");
		if (extracted) {
			return;
		}
		try {
			int exitCode = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Djarmode=tools", "-jar", JAR.toString(), "extract", "--force", "--destination",
					PROGRAM.toString())
				.start()
				.waitFor();
			Assertions.assertThat(exitCode).as("of extracting " + JAR).isZero();
			extracted = true;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int port() {
		return this.port;
	}

	public URI at(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/** Sends SIGTERM and returns the exit code. */
	int terminate() {
		this.process.destroy();
		return this.process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
	}

	int exitCode() {
		return this.process.exitValue();
	}

	public String output() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		terminate();
		try {
			Files.delete(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
