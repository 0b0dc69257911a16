package io.agentmetrics.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.agentmetrics.demo.sample.Sample;
import io.agentmetrics.demo.sample.SampleTraces;

/**
 * Makes an ahead-of-time cache for each program by a run that does all its work on sample
 * data, so that the next starts find their classes loaded and linked.
 */
public final class AotTraining {

	/**
	 * Of the run that is recorded and of those that use the record: they have to agree.
	 */
	private static final String COLLECTOR = "-XX:+UseG1GC";

	/** A short run has no use for what C2 compiles. */
	private static final String C1 = "-XX:TieredStopAtLevel=1";

	/** Classes that cannot be kept are many, and nothing to be told of. */
	private static final String QUIET = "-Xlog:aot*=error";

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	/** More days have no other classes, and take most of the time. */
	private static final Duration TRAINED_ON = Duration.ofDays(14);

	private static final int ROUNDS = 20;

	private final DemoPostgres postgres;

	private final Path output;

	private AotTraining(DemoPostgres postgres, Path output) {
		this.postgres = postgres;
		this.output = output;
	}

	/**
	 * Trains all programs. The folder gets, for each, its jar's layers by themselves, the
	 * program put together from them, the cache and {@code java.args}, which
	 * {@code java @java.args} takes.
	 * @param arguments the folder to write to
	 */
	public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
		// numbers are written in the digits of JSON and SQL, wherever this runs
		Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
		Path output = Path.of(arguments[0]).toAbsolutePath().normalize();
		DemoSettings settings = DemoSettings.from(System.getenv(), System.getProperties());
		DemoPostgres.empty(output);
		Path database = Files.createTempDirectory("agent-metrics-training");
		try (DemoFolder folder = Objects.requireNonNull(DemoFolder.take(database));
				DemoPostgres postgres = DemoPostgres.start(folder, Ports.free())) {
			new AotTraining(postgres, output).train(settings);
		}
		finally {
			DemoPostgres.delete(database);
		}
	}

	private void train(DemoSettings settings) throws IOException, InterruptedException, SQLException {
		Path aggregator = extract(settings.aggregatorJar());
		Path api = extract(settings.apiJar());
		run(List.of(), aggregator, "migrate");
		new Sample(this.postgres.dataSource(), TRAINED_ON).bringUpTo(Instant.now());
		run(List.of(COLLECTOR, QUIET, "-XX:AOTCacheOutput=" + cache(aggregator)), aggregator);
		writeArguments(aggregator, C1);
		trainServer("The API", api, Map.of("AGENT_METRICS_SECURITY_MODE", "none"), this::questions);
		writeArguments(api);
		Path receiver = extract(settings.receiverJar());
		trainServer("The receiver", receiver, Map.of("SERVER_ADDRESS", "127.0.0.1"), AotTraining::traces);
		writeArguments(receiver);
	}

	/** The jar's layers side by side, and the program as they make it up together. */
	private Path extract(Path jar) throws IOException, InterruptedException {
		String name = jar.getFileName().toString().replace(".jar", "");
		Path layers = this.output.resolve(name).resolve("layers");
		Path program = this.output.resolve(name).resolve("program");
		run(List.of("-Djarmode=tools"), jar, "extract", "--layers", "--destination", layers.toString());
		try (Stream<Path> each = Files.list(layers)) {
			for (Path layer : each.toList()) {
				copy(layer, program);
			}
		}
		return program.resolve(jar.getFileName());
	}

	private void trainServer(String name, Path jar, Map<String, String> settings, Requests requests)
			throws IOException, InterruptedException, SQLException {
		int port = Ports.free();
		int managementPort = Ports.free();
		Map<String, String> environment = new HashMap<>(this.postgres.environment());
		environment.put(DemoSettings.API_PORT, String.valueOf(port));
		environment.put(DemoSettings.MANAGEMENT_PORT, String.valueOf(managementPort));
		environment.putAll(settings);
		try (JarProcess process = JarProcess.start(List.of(COLLECTOR, QUIET, "-XX:AOTCacheOutput=" + cache(jar)), jar,
				List.of(), environment, ProcessBuilder.Redirect.INHERIT)) {
			ProgramHealth.await(name, process, managementPort);
			List<HttpRequest> asked = new ArrayList<>(requests.of("http://localhost:" + port));
			asked.add(HttpRequest
				.newBuilder(URI.create("http://localhost:%d/actuator/prometheus".formatted(managementPort)))
				.build());
			ask(name, asked);
			// the cache is written while it stops
			process.handle().destroy();
			if (!process.endsWithin(PATIENCE) || !Files.exists(cache(jar))) {
				throw new DemoException(name + " has left no cache");
			}
		}
	}

	private List<HttpRequest> questions(String address) throws SQLException {
		List<HttpRequest> requests = new ArrayList<>();
		for (String query : QueriesToTry.of(this.postgres.dataSource()).strip().split("\\n\\n")) {
			String text = query.replaceAll("\\s+", " ").replace("\"", "\\\"");
			requests.add(post(address + "/graphql", "application/json", "{\"query\": \"" + text + "\"}"));
		}
		return requests;
	}

	private static List<HttpRequest> traces(String address) {
		List<HttpRequest> requests = new ArrayList<>();
		for (int number = 0; number < SampleTraces.KINDS; number++) {
			for (String request : SampleTraces.requests(number, Instant.now())) {
				requests.add(post(address + "/v1/traces", "application/json", request));
			}
		}
		// of protocol buffers the empty request is the empty body
		requests.add(post(address + "/v1/traces", "application/x-protobuf", ""));
		return requests;
	}

	private static HttpRequest post(String address, String type, String body) {
		return HttpRequest.newBuilder(URI.create(address))
			.header("Content-Type", type)
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
	}

	private static void ask(String name, List<HttpRequest> requests) throws IOException, InterruptedException {
		try (HttpClient client = HttpClient.newHttpClient()) {
			for (int round = 0; round < ROUNDS; round++) {
				for (HttpRequest request : requests) {
					HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
					if (answer.statusCode() != 200 || answer.body().contains("\"errors\"")) {
						throw new DemoException("%s does not answer: %s".formatted(name, answer.body()));
					}
				}
			}
		}
	}

	private void run(List<String> options, Path jar, String... arguments) throws InterruptedException {
		try (JarProcess process = JarProcess.start(options, jar, List.of(arguments), this.postgres.environment(),
				ProcessBuilder.Redirect.INHERIT)) {
			int exitCode = process.exitCode();
			if (exitCode != 0) {
				throw new DemoException("%s has ended with exit code %d.".formatted(jar, exitCode));
			}
		}
	}

	private static void writeArguments(Path jar, String... options) throws IOException {
		List<String> arguments = new ArrayList<>(List.of(COLLECTOR, "-XX:AOTCache=" + quoted(cache(jar))));
		arguments.addAll(List.of(options));
		arguments.addAll(List.of("-jar", quoted(jar)));
		Files.write(jar.resolveSibling("java.args"), arguments);
	}

	/** As argument files take it: blanks in quotes, backslashes twice. */
	private static String quoted(Path path) {
		return "\"" + path.toString().replace("\\", "\\\\") + "\"";
	}

	private static Path cache(Path jar) {
		return Path.of(jar.toString().replaceFirst("\\.jar$", ".aot"));
	}

	/** With the times of the files: the cache is for these and no others. */
	private static void copy(Path from, Path to) throws IOException {
		try (Stream<Path> files = Files.walk(from)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				Path target = to.resolve(from.relativize(file).toString());
				Files.createDirectories(Objects.requireNonNull(target.getParent()));
				Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
			}
		}
		catch (UncheckedIOException ex) {
			throw Objects.requireNonNull(ex.getCause());
		}
	}

	/**
	 * What a program is asked while it is trained.
	 */
	private interface Requests {

		/** Returns requests to an address, each of which has to be answered with 200. */
		List<HttpRequest> of(String address) throws SQLException;

	}

}
