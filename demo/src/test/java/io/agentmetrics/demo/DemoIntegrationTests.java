package io.agentmetrics.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The launcher from start to stop, with fake programs: what it starts, it stops, whatever
 * happens.
 */
class DemoIntegrationTests {

	@TempDir
	private static Path directory = Path.of("");

	/** One folder for all, so that only the first test has to load the sample. */
	private static Path folder = directory;

	private static FakePrograms programs = new FakePrograms(directory, directory, directory);

	@BeforeAll
	static void makePrograms() throws IOException {
		folder = directory.resolve("a folder");
		programs = FakePrograms.make(directory);
	}

	@AfterEach
	void nothingOfItRunsAnyMore() {
		RunningDemo.await(() -> ownProcesses().isEmpty(), Duration.ofSeconds(30));
	}

	@Test
	void startsEverythingInOrderAndStopsItWhenTold() throws Exception {
		try (RunningDemo demo = start(Map.of()).awaitReady()) {
			assertThat(demo.output()).containsSubsequence("Starting PostgreSQL", "sample data since",
					"fake aggregator ran", "Agent Metrics is ready", demo.address("/graphiql").toString(),
					demo.address("/graphql").toString(), "user agent_metrics, password agent_metrics",
					"Point your exporter at", "public.platform_runs is connected", "Four queries to try",
					"agentMetrics(agentId: \"", "Ctrl-C stops everything");
			assertThat(demo.get("/")).endsWith(" demo");
			assertThat(ownProcesses()).hasSizeGreaterThanOrEqualTo(3);
			demo.stop();
			assertThat(demo.output()).endsWith("Stopping ...\nStopped.\n");
		}
	}

	@Test
	void endsByItselfWithTheProcessThatStartedIt() throws Exception {
		try (RunningDemo demo = RunningDemo.startUnderAShell(folder, programs).awaitReady()) {
			demo.handle().destroyForcibly();
			// sooner than anything is made to stop
			RunningDemo.await(() -> demo.output().endsWith("Stopping ...\nStopped.\n"), Duration.ofSeconds(15));
		}
	}

	@Test
	void secondRunKeepsTheDataAndCatchesUp() throws Exception {
		try (RunningDemo demo = start(Map.of()).awaitReady()) {
			demo.stop();
		}
		try (RunningDemo demo = start(Map.of()).awaitReady()) {
			assertThat(demo.output()).contains("Brought up to date the sample data since");
			demo.stop();
		}
	}

	@Test
	void killedHardItIsCleanedUpAfter() throws Exception {
		try (RunningDemo demo = start(Map.of()).awaitReady()) {
			demo.handle().destroyForcibly();
			demo.awaitEnd();
			RunningDemo.await(() -> ownProcesses().isEmpty(), Duration.ofSeconds(30));
		}
	}

	@Test
	void whatAKilledRunLeftBehindIsStoppedByTheNext() throws Exception {
		try (RunningDemo killed = start(Map.of()).awaitReady()) {
			ProcessHandle guardian = killed.children()
				.stream()
				.filter((child) -> commandLine(child).contains(Guardian.class.getName()))
				.findFirst()
				.orElseThrow();
			guardian.destroyForcibly();
			killed.handle().destroyForcibly();
			killed.awaitEnd();
			assertThat(ownProcesses()).isNotEmpty();
			try (RunningDemo demo = start(Map.of()).awaitReady()) {
				assertThat(demo.output()).startsWith("Stopped what an earlier run left behind.\n");
				demo.stop();
			}
		}
	}

	@Test
	void takenPortIsSaidBeforeAnythingIsStarted() throws Exception {
		try (ServerSocket taken = new ServerSocket(0)) {
			String port = String.valueOf(taken.getLocalPort());
			try (RunningDemo demo = start(Map.of(DemoSettings.API_PORT, port))) {
				assertThat(demo.awaitEnd()).isOne();
				assertThat(demo.output())
					.contains("Port " + port + " is taken: stop the program that listens there, "
							+ "or set SERVER_PORT to another port.")
					.doesNotContain("Starting PostgreSQL");
			}
		}
	}

	@Test
	void portOfExportersThatIsTakenIsSaidAndAnotherChosen() throws Exception {
		try (ServerSocket taken = new ServerSocket(0)) {
			String port = String.valueOf(taken.getLocalPort());
			try (RunningDemo demo = start(Map.of(DemoSettings.RECEIVER_PORT, port)).awaitReady()) {
				assertThat(demo.output())
					.contains("Port " + port + " is taken, so the receiver of spans listens on port ")
					.doesNotContain("Point your exporter at http://localhost:" + port);
				demo.stop();
			}
		}
	}

	@Test
	void spansAreSentToTheReceiver() throws Exception {
		try (RunningDemo demo = start(Map.of()).awaitReady()) {
			RunningDemo.await(() -> log("receiver").contains("/v1/traces {\"resourceSpans\": "),
					Duration.ofSeconds(30));
			demo.stop();
		}
	}

	@Test
	void receiverThatDoesNotTakeThemIsSaidOnce() throws Exception {
		try (RunningDemo demo = start(Map.of(FakeReceiver.STATUS, "503")).awaitReady()) {
			String sentence = "The receiver does not take the spans of the demo: 503 ";
			RunningDemo.await(() -> log("receiver").lines().filter((line) -> line.startsWith("/v1/traces")).count() > 1,
					Duration.ofSeconds(30));
			assertThat(demo.output()).containsOnlyOnce(sentence);
			demo.stop();
		}
	}

	@Test
	void receiverThatDiesEndsTheDemoWithItsLastWords() throws Exception {
		try (RunningDemo demo = start(Map.of(FakeReceiver.EXIT_CODE, "7"))) {
			assertThat(demo.awaitEnd()).isOne();
			assertThat(demo.output()).containsSubsequence("fake receiver has something to say",
					"The receiver has ended with exit code 7.", "Stopped.");
		}
	}

	@Test
	void secondDemoOnTheSameFolderIsRefused() throws Exception {
		try (RunningDemo demo = start(Map.of()).awaitReady()) {
			try (RunningDemo second = start(Map.of())) {
				assertThat(second.awaitEnd()).isOne();
				assertThat(second.output()).startsWith("Another demo is running on " + folder);
			}
			assertThat(demo.get("/")).endsWith(" demo");
			demo.stop();
		}
	}

	@Test
	void aggregatorThatFailsEndsTheDemo() throws Exception {
		try (RunningDemo demo = start(Map.of(FakeAggregator.EXIT_CODE, "5"))) {
			assertThat(demo.awaitEnd()).isOne();
			assertThat(demo.output()).contains("The aggregator has ended with exit code 5.").endsWith("Stopped.\n");
		}
	}

	@Test
	void apiThatDiesEndsTheDemoWithItsLastWords() throws Exception {
		try (RunningDemo demo = start(Map.of(FakeApi.EXIT_CODE, "7"))) {
			assertThat(demo.awaitEnd()).isOne();
			assertThat(demo.output()).containsSubsequence("fake api has something to say",
					"The API has ended with exit code 7.", "Stopped.");
		}
	}

	@Test
	void firstRunThatWasCutOffIsBegunAnew(@TempDir Path cutOff) throws Exception {
		Files.createDirectories(cutOff.resolve("postgresql-18/base"));
		Files.writeString(cutOff.resolve("postgresql-18/PG_VERSION"), "18");
		try (DemoFolder taken = Objects.requireNonNull(DemoFolder.take(cutOff));
				DemoPostgres postgres = DemoPostgres.start(taken, Ports.free())) {
			assertThat(postgres.dataSource().getConnection().isValid(5)).isTrue();
		}
	}

	private static RunningDemo start(Map<String, String> environment) throws IOException {
		return RunningDemo.start(folder, programs, environment);
	}

	/**
	 * Whatever has the test's directory in its command line, or runs what was unpacked
	 * there.
	 */
	private static List<ProcessHandle> ownProcesses() {
		return ProcessHandle.allProcesses()
			.filter(ProcessHandle::isAlive)
			.filter((process) -> commandLine(process).contains(directory.toString()))
			.toList();
	}

	private static String log(String program) {
		try {
			return Files.readString(folder.resolve(program + ".log"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String commandLine(ProcessHandle process) {
		try {
			return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
		}
		catch (IOException gone) {
			return process.info().commandLine().orElse("");
		}
	}

}
