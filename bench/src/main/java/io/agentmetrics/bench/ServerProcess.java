package io.agentmetrics.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The API or the receiver as operators run it: a process of its own, reached by HTTP.
 */
final class ServerProcess implements AutoCloseable {

	/** Settings with which its caches keep nothing. */
	static final Map<String, String> WITHOUT_CACHES = Map.of("AGENT_METRICS_CACHE_OPEN_WINDOWS", "0s",
			"AGENT_METRICS_CACHE_CLOSED_DAYS", "0s");

	private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

	private static final long PATIENCE_SECONDS = 60;

	private final Process process;

	private final int port;

	private final int managementPort;

	private final Path log;

	private ServerProcess(Process process, int port, int managementPort, Path log) {
		this.process = process;
		this.port = port;
		this.managementPort = managementPort;
		this.log = log;
	}

	/**
	 * Starts it, without authentication, and waits until it is ready.
	 * @param jar the jar
	 * @param heapMb the heap limit
	 * @param database the database
	 * @param settings environment variables to add
	 * @return the program, ready to be asked
	 */
	static ServerProcess start(Path jar, int heapMb, BenchDatabase database, Map<String, String> settings) {
		int managementPort = freePort();
		int port = freePort();
		try {
			Path log = Files.createTempFile("agent-metrics-server", ".log");
			ProcessBuilder builder = new ProcessBuilder(JAVA, "-Xmx" + heapMb + "m", "-XX:+ExitOnOutOfMemoryError",
					"-jar", jar.toString())
				.redirectErrorStream(true)
				.redirectOutput(log.toFile());
			builder.environment()
				.putAll(Map.of("SPRING_DATASOURCE_URL", database.url(), "SERVER_PORT", Integer.toString(port),
						"MANAGEMENT_SERVER_PORT", Integer.toString(managementPort), "AGENT_METRICS_SECURITY_MODE",
						"none"));
			builder.environment().putAll(settings);
			ServerProcess server = new ServerProcess(builder.start(), port, managementPort, log);
			server.await(URI.create("http://localhost:" + managementPort + "/actuator/health/readiness"));
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	URI graphQl() {
		return at("/graphql");
	}

	URI at(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

	URI meters() {
		return URI.create("http://localhost:" + this.managementPort + "/actuator/prometheus");
	}

	PeakMemory peakMemory() {
		return PeakMemory.watch(this.process);
	}

	@Override
	public void close() throws IOException {
		this.process.destroy();
		this.process.onExit().join();
		Files.delete(this.log);
	}

	private void await(URI readiness) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(readiness).build();
		long started = System.nanoTime();
		try (HttpClient client = HttpClient.newHttpClient()) {
			while (!isReady(client, request)) {
				if (this.process.waitFor(200, TimeUnit.MILLISECONDS)
						|| System.nanoTime() - started > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
					String said = Files.readString(this.log);
					close();
					throw new IllegalStateException("The server is not ready:\n" + said);
				}
			}
		}
	}

	private static boolean isReady(HttpClient client, HttpRequest request) throws InterruptedException {
		try {
			return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
		}
		catch (IOException notYet) {
			return false;
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

}
