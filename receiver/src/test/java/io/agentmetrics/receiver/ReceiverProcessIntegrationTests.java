package io.agentmetrics.receiver;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The receiver as a process of its own, from its jar.
 */
class ReceiverProcessIntegrationTests {

	private static final Path JAR = Path.of("target/receiver.jar");

	/** {@code -Dreceiver.faults=20} for more of them. */
	private static final int FAULTS = Integer.getInteger("receiver.faults", 4);

	private static final int CLIENTS = 4;

	private final HttpClient client = HttpClient.newHttpClient();

	@TempDir
	private Path folder;

	@Test
	void helpAndVersionAreAnsweredWithoutStarting() throws Exception {
		assertThat(run(Map.of(), "--help")).contains("usage: java -jar receiver.jar", "SPRING_DATASOURCE_URL");
		assertThat(run(Map.of(), "--version")).matches("Agent Metrics receiver \\d+\\.\\d+.*\\R");
	}

	@Test
	void startThatIsRefusedIsExplainedInASentence() throws Exception {
		assertThat(run(Map.of())).contains("SPRING_DATASOURCE_URL").doesNotContain("\tat ");
		assertThat(run(Map.of("SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:1/none")))
			.contains("The database cannot be reached")
			.doesNotContain("\tat ");
		try (TestDatabase empty = TestDatabase.empty()) {
			assertThat(run(settings(empty, 0, 0))).contains("migrate").doesNotContain("\tat ");
		}
	}

	@Test
	void whateverIsKilledNothingThatWasAcknowledgedIsLostOrCountedTwice() throws Exception {
		long seed = Long.getLong("receiver.seed", new Random().nextLong());
		Random random = new Random(seed);
		Set<String> acknowledged = ConcurrentHashMap.newKeySet();
		AtomicInteger sent = new AtomicInteger();
		AtomicBoolean over = new AtomicBoolean();
		int port = freePort();
		int management = freePort();
		try (TestDatabase database = TestDatabase.createAlone();
				ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
			Process process = start(database, port, management);
			try {
				for (int i = 0; i < CLIENTS; i++) {
					clients.submit(() -> {
						while (!over.get()) {
							exportUntilAcknowledged("%032x".formatted(sent.incrementAndGet()), port, over,
									acknowledged);
						}
						return null;
					});
				}
				for (int fault = 0; fault < FAULTS; fault++) {
					int before = acknowledged.size();
					await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.size() > before + 50);
					// a fault waits for nothing: it comes at any moment of a request
					Thread.sleep(random.nextInt(300));
					if (fault % 2 == 0) {
						process.destroyForcibly().waitFor();
						process = start(database, port, management);
					}
					else {
						database.crashServer();
					}
				}
				int before = acknowledged.size();
				await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.size() > before + 50);
				over.set(true);
				clients.shutdown();
				assertThat(clients.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
			}
			finally {
				over.set(true);
				process.destroyForcibly().waitFor();
			}
			try (SqlSession sql = new SqlSession(database.dataSource())) {
				List<String> stored = sql.column("select id from agent_executions");
				assertThat(stored).as("seed %d", seed).doesNotHaveDuplicates();
				Set<String> expected = new HashSet<>();
				acknowledged.forEach((trace) -> expected.add(UUID
					.nameUUIDFromBytes(("otlp:" + trace + "-0000000000000001").getBytes(StandardCharsets.US_ASCII))
					.toString()));
				assertThat(stored).as("seed %d", seed)
					.containsAll(expected)
					.hasSizeBetween(expected.size(), sent.get());
			}
		}
	}

	/** As an exporter does: what may be sent again is. */
	private void exportUntilAcknowledged(String trace, int port, AtomicBoolean over, Set<String> acknowledged)
			throws InterruptedException {
		while (!over.get()) {
			try {
				if (this.client
					.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/traces"))
						.header("Content-Type", RunningReceiver.JSON)
						.timeout(Duration.ofSeconds(20))
						.POST(BodyPublishers.ofString(RunningReceiver.run(trace, 1, "helper")))
						.build(), BodyHandlers.discarding())
					.statusCode() == 200) {
					acknowledged.add(trace);
					return;
				}
			}
			catch (IOException ex) {
				// nobody listens, or did not live to answer
			}
			// an exporter, too, waits before it sends again
			Thread.sleep(20);
		}
	}

	private Process start(TestDatabase database, int port, int management) throws IOException {
		Process process = launch(settings(database, port, management));
		URI readiness = URI.create("http://127.0.0.1:" + management + "/actuator/health/readiness");
		await().atMost(Duration.ofMinutes(2))
			.ignoreExceptions()
			.until(() -> !process.isAlive()
					|| this.client.send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.discarding())
						.statusCode() == 200);
		assertThat(process.isAlive()).as(Files.readString(this.folder.resolve("log"))).isTrue();
		return process;
	}

	private String run(Map<String, String> environment, String... arguments) throws Exception {
		Process process = launch(environment, arguments);
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		return Files.readString(this.folder.resolve("log"));
	}

	private Process launch(Map<String, String> environment, String... arguments) throws IOException {
		assumeTrue(Files.exists(JAR), "needs " + JAR + ", which mvn package makes");
		List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-Xmx256m", "-jar", JAR.toString()));
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true)
			.redirectOutput(this.folder.resolve("log").toFile());
		builder.environment().putAll(environment);
		return builder.start();
	}

	private static Map<String, String> settings(TestDatabase database, int port, int management) {
		return Map.of("SPRING_DATASOURCE_URL", database.url(), "SPRING_DATASOURCE_USERNAME", database.username(),
				"SPRING_DATASOURCE_PASSWORD", "any", "SERVER_PORT", "" + port, "MANAGEMENT_SERVER_PORT",
				"" + management);
	}

	/**
	 * Finds a port that no client is given: one that connects to a dead receiver from
	 * that port would be connected to itself, and keep the port from the next receiver.
	 */
	private static int freePort() throws IOException {
		while (true) {
			int port = ThreadLocalRandom.current().nextInt(10_000, 32_768);
			try (ServerSocket socket = new ServerSocket(port)) {
				return socket.getLocalPort();
			}
			catch (BindException ex) {
				// somebody has it
			}
		}
	}

}
