package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.agentmetrics.demo.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All programs, and a PostgreSQL of their own.
 */
final class Product implements AutoCloseable {

	/**
	 * The folders of two that have stopped: one with the current schema, one with the
	 * sample, too. Each is made when it is first asked for, and if that fails, whoever
	 * asks is told why.
	 */
	private static final FutureTask<Path> MIGRATED = new FutureTask<>(Product::migrate);

	private static final FutureTask<Path> WITH_SAMPLE = new FutureTask<>(Product::loadSample);

	private final DemoFolder folder;

	private final DemoPostgres postgres;

	private Product(DemoFolder folder, DemoPostgres postgres) {
		this.folder = folder;
		this.postgres = postgres;
	}

	static Product start(Path directory) {
		DemoFolder folder = Objects.requireNonNull(DemoFolder.take(directory));
		return new Product(folder, DemoPostgres.start(folder, Ports.free()));
	}

	/**
	 * With the current schema and nothing else: copied, as a migration takes longer.
	 */
	static Product migrated(Path directory) throws IOException, InterruptedException, ExecutionException {
		return copy(MIGRATED, directory);
	}

	/** With the sample up to now, of which nothing is aggregated: copied, too. */
	static Product withSample(Path directory) throws Exception {
		Product product = copy(WITH_SAMPLE, directory);
		new Sample(product.dataSource()).bringUpTo(Instant.now());
		return product;
	}

	private static Product copy(FutureTask<Path> stopped, Path directory)
			throws IOException, InterruptedException, ExecutionException {
		stopped.run();
		Path source = stopped.get();
		Files.createDirectories(directory);
		try (Stream<Path> files = Files.walk(source)) {
			for (Path file : files.skip(1).toList()) {
				Files.copy(file, directory.resolve(source.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES,
						LinkOption.NOFOLLOW_LINKS);
			}
		}
		return start(directory);
	}

	private static Path migrate() throws IOException, InterruptedException {
		Path folder = Path.of("target", "migrated").toAbsolutePath();
		DemoPostgres.delete(folder);
		try (Product product = start(folder)) {
			assertThat(product.aggregator("migrate").exitCode()).isZero();
		}
		return folder;
	}

	private static Path loadSample() throws Exception {
		Path folder = Path.of("target", "with-sample").toAbsolutePath();
		DemoPostgres.delete(folder);
		try (Product product = migrated(folder)) {
			new Sample(product.dataSource()).bringUpTo(Instant.now());
		}
		return folder;
	}

	DataSource dataSource() {
		return this.postgres.dataSource();
	}

	/** What tells a program where its database is. */
	Map<String, String> environment() {
		return this.postgres.environment();
	}

	Run aggregator(String... arguments) throws IOException, InterruptedException {
		return aggregatorWith(Map.of(), arguments);
	}

	Run aggregatorOn(String url, String... arguments) throws IOException, InterruptedException {
		return aggregatorWith(Map.of("SPRING_DATASOURCE_URL", url), arguments);
	}

	Run aggregatorWith(Map<String, String> settings, String... arguments) throws IOException, InterruptedException {
		Map<String, String> environment = new HashMap<>(this.postgres.environment());
		environment.putAll(settings);
		return run((output) -> Programs.aggregator(List.of(arguments), environment, output));
	}

	Run apiWith(Map<String, String> environment) throws IOException, InterruptedException {
		return run((output) -> Programs.api(environment, output));
	}

	RunningApi api() throws InterruptedException {
		return api(Map.of());
	}

	RunningApi api(Map<String, String> settings) throws InterruptedException {
		return api(settings, Programs::api);
	}

	/** The API as it was built, in one jar. */
	RunningApi packedApi() throws InterruptedException {
		return api(Map.of(), Programs::packedApi);
	}

	private RunningApi api(Map<String, String> settings,
			BiFunction<Map<String, String>, ProcessBuilder.Redirect, JarProcess> program) throws InterruptedException {
		Map<String, String> environment = new HashMap<>(this.postgres.environment());
		int port = Ports.free();
		int managementPort = Ports.free();
		environment.put("SPRING_PROFILES_ACTIVE", "demo");
		environment.put("AGENT_METRICS_SECURITY_MODE", "none");
		environment.put(DemoSettings.API_PORT, String.valueOf(port));
		environment.put(DemoSettings.MANAGEMENT_PORT, String.valueOf(managementPort));
		environment.putAll(settings);
		JarProcess process = program.apply(environment, ProcessBuilder.Redirect.to(this.folder.log("api").toFile()));
		ProgramHealth.await("The API", process, managementPort);
		return new RunningApi(process, URI.create("http://localhost:" + port),
				URI.create("http://localhost:" + managementPort));
	}

	/** As it listens unless it is told otherwise: for this machine only. */
	RunningReceiver receiver() throws InterruptedException {
		Map<String, String> environment = new HashMap<>(this.postgres.environment());
		int port = Ports.free();
		int managementPort = Ports.free();
		environment.put(DemoSettings.API_PORT, String.valueOf(port));
		environment.put(DemoSettings.MANAGEMENT_PORT, String.valueOf(managementPort));
		JarProcess process = Programs.receiver(environment,
				ProcessBuilder.Redirect.to(this.folder.log("receiver").toFile()));
		ProgramHealth.await("The receiver", process, managementPort);
		return new RunningReceiver(process, URI.create("http://localhost:" + port),
				URI.create("http://localhost:" + managementPort));
	}

	/** What the API that was started last has logged. */
	String apiLog() throws IOException {
		return Files.readString(this.folder.log("api"));
	}

	private static Run run(Function<ProcessBuilder.Redirect, JarProcess> program)
			throws IOException, InterruptedException {
		Path output = Files.createTempFile("run", ".log");
		try (JarProcess process = program.apply(ProcessBuilder.Redirect.to(output.toFile()))) {
			return new Run(process.exitCode(), Files.readString(output));
		}
		finally {
			Files.delete(output);
		}
	}

	@Override
	public void close() throws IOException {
		this.postgres.close();
		this.folder.close();
	}

	/**
	 * A process that has ended.
	 *
	 * @param exitCode with what
	 * @param output everything it wrote
	 */
	record Run(int exitCode, String output) {
	}

	/**
	 * The API, ready.
	 *
	 * @param process its process
	 * @param address where it answers
	 * @param management where its health and meters are
	 */
	record RunningApi(JarProcess process, URI address, URI management) implements AutoCloseable {

		@Override
		public void close() {
			this.process.close();
		}

	}

	/**
	 * The receiver, ready.
	 *
	 * @param process its process
	 * @param address where exporters send to
	 * @param management where its health and meters are
	 */
	record RunningReceiver(JarProcess process, URI address, URI management) implements AutoCloseable {

		/** Sends spans in JSON, which are taken. */
		void send(String request) throws IOException, InterruptedException {
			try (HttpClient client = HttpClient.newHttpClient()) {
				HttpResponse<String> answer = client.send(HttpRequest.newBuilder(this.address.resolve("/v1/traces"))
					.header("Content-Type", "application/json")
					.POST(HttpRequest.BodyPublishers.ofString(request))
					.build(), HttpResponse.BodyHandlers.ofString());
				assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
			}
		}

		@Override
		public void close() {
			this.process.close();
		}

	}

}
