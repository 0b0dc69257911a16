package io.agentmetrics.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.agentmetrics.demo.sample.PlatformRuns;
import io.agentmetrics.demo.sample.Sample;
import io.agentmetrics.demo.sample.SampleChange;
import org.jspecify.annotations.Nullable;

/**
 * Starts everything in order, says where it is, and stops it in the opposite order when
 * it is told to.
 */
public final class Demo implements AutoCloseable {

	private static final int POSTGRESQL_PORT = 15_432;

	private static final int RECEIVER_MANAGEMENT_PORT = 4_319;

	/** It has little to do here. */
	private static final List<String> SMALL = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

	private final DemoSettings settings;

	private final PrintStream out;

	private final Deque<AutoCloseable> started = new ArrayDeque<>();

	private boolean stopping;

	private Demo(DemoSettings settings, PrintStream out) {
		this.settings = settings;
		this.out = out;
	}

	/**
	 * Runs the demo until it is stopped.
	 * @param arguments none
	 */
	public static void main(String[] arguments) {
		// numbers are written in the digits of JSON and SQL, wherever this runs
		Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
		int exitCode = 1;
		try {
			Demo demo = new Demo(DemoSettings.from(System.getenv(), System.getProperties()), System.out);
			Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "stop"));
			exitCode = demo.run();
		}
		catch (DemoException ex) {
			System.err.println(ex.getMessage());
		}
		catch (Exception ex) {
			ex.printStackTrace();
		}
		System.exit(exitCode);
	}

	private int run() throws IOException, InterruptedException, SQLException {
		if (this.settings.stopWithParent()) {
			ProcessHandle.current().parent().ifPresent(Demo::stopWith);
		}
		DemoFolder folder = takeFolder();
		if (Guardian.cleanUp(folder)) {
			say("Stopped what an earlier run left behind.");
		}
		Ports.requireFree(this.settings.apiPort(), DemoSettings.API_PORT);
		Ports.requireFree(this.settings.managementPort(), DemoSettings.MANAGEMENT_PORT);
		Process guardian = Guardian.start(folder);
		own(guardian::destroy);

		say("Starting PostgreSQL; its data is in " + folder);
		DemoPostgres postgres = own(DemoPostgres.start(folder, Ports.free(POSTGRESQL_PORT)));
		StartedProcesses processes = new StartedProcesses(folder.processes());
		migrate(folder, postgres, processes);
		Path connecting = folder.log("connect");
		Optional<JarProcess> connect = connectPlatform(connecting, postgres, processes);
		loadSample(postgres);
		if (connect.isPresent()) {
			requireSuccess(connect.get(), "The table of another platform could not be connected", connecting);
		}
		aggregate(postgres, processes);
		int receiverPort = receiverPort();
		int receiverManagementPort = Ports.free(RECEIVER_MANAGEMENT_PORT);
		JarProcess receiver = startReceiver(folder, postgres, processes, receiverPort, receiverManagementPort);
		JarProcess api = startApi(folder, postgres, processes);
		awaitReady("The receiver", receiver, receiverManagementPort, folder.log("receiver"));
		own(SpanTraffic.start(URI.create("http://localhost:" + receiverPort), this::say));
		say(addresses(folder, postgres, receiverPort));
		say("Point your exporter at http://localhost:%d, and search the page for your agent.\n"
			.formatted(receiverPort));
		say("The table public.platform_runs is connected: insert a run into it, and see %s on the page.\n"
			.formatted(String.join(", ", PlatformRuns.AGENTS)));
		say("Four queries to try in GraphiQL:\n\n" + QueriesToTry.of(postgres.dataSource()));
		say("Ctrl-C stops everything; the data stays.");

		int exitCode = api.exitCode();
		return failed("The API has ended with exit code %d.".formatted(exitCode), folder.log("api"));
	}

	/**
	 * Exits when a process has ended, on a thread of its own: the pool's, which may be
	 * the only one, has to tell that the parts have ended, too.
	 */
	private static void stopWith(ProcessHandle parent) {
		parent.onExit().thenRun(() -> new Thread(() -> System.exit(0), "parent has ended").start());
	}

	private DemoFolder takeFolder() {
		@Nullable DemoFolder folder = DemoFolder.take(this.settings.directory());
		if (folder == null) {
			throw new DemoException("Another demo is running on %s: stop it, or set %s to another folder."
				.formatted(this.settings.directory(), DemoSettings.DIRECTORY));
		}
		return own(folder);
	}

	private void migrate(DemoFolder folder, DemoPostgres postgres, StartedProcesses processes)
			throws IOException, InterruptedException {
		Path log = folder.log("migrate");
		JarProcess migration = startJar(processes, this.settings.aggregatorJar(), List.of("migrate"),
				postgres.environment(), ProcessBuilder.Redirect.to(log.toFile()));
		requireSuccess(migration, "The schema could not be migrated", log);
	}

	/** The first time; it takes no longer than loading the sample does meanwhile. */
	private Optional<JarProcess> connectPlatform(Path log, DemoPostgres postgres, StartedProcesses processes)
			throws SQLException {
		PlatformRuns platform = new PlatformRuns(postgres.dataSource());
		platform.bringUpTo(Instant.now());
		if (platform.isConnected()) {
			return Optional.empty();
		}
		Map<String, String> environment = new HashMap<>(postgres.environment());
		environment.putAll(PlatformRuns.SETTINGS);
		return Optional.of(startJar(processes, this.settings.aggregatorJar(), List.of("connect"), environment,
				ProcessBuilder.Redirect.to(log.toFile())));
	}

	private void requireSuccess(JarProcess process, String failure, Path log) throws IOException, InterruptedException {
		int exitCode = process.exitCode();
		if (exitCode != 0) {
			failed("%s (exit code %d).".formatted(failure, exitCode), log);
			throw new DemoException("The demo stops.");
		}
	}

	private void loadSample(DemoPostgres postgres) throws SQLException {
		long start = System.nanoTime();
		SampleChange change = new Sample(postgres.dataSource()).bringUpTo(Instant.now());
		say("%s sample data since %s: %,d executions added, %,d updated (%.1f s)".formatted(
				change.first() ? "Loaded" : "Brought up to date the",
				change.from().atOffset(ZoneOffset.UTC).toLocalDate(), change.added(), change.ended(),
				(System.nanoTime() - start) / 1e9));
	}

	private void aggregate(DemoPostgres postgres, StartedProcesses processes) throws InterruptedException {
		say("Aggregating every day that is over:");
		JarProcess aggregator = startJar(processes, this.settings.aggregatorJar(), List.of(), postgres.environment(),
				ProcessBuilder.Redirect.INHERIT);
		int exitCode = aggregator.exitCode();
		if (exitCode != 0) {
			throw new DemoException("The aggregator has ended with exit code %d.".formatted(exitCode));
		}
	}

	private JarProcess startApi(DemoFolder folder, DemoPostgres postgres, StartedProcesses processes)
			throws IOException, InterruptedException {
		Map<String, String> environment = new HashMap<>(postgres.environment());
		environment.put("SPRING_PROFILES_ACTIVE", "demo");
		environment.put("AGENT_METRICS_SECURITY_MODE", "none");
		environment.put(DemoSettings.API_PORT, String.valueOf(this.settings.apiPort()));
		environment.put(DemoSettings.MANAGEMENT_PORT, String.valueOf(this.settings.managementPort()));
		Path log = folder.log("api");
		JarProcess api = startJar(processes, this.settings.apiJar(), List.of(), environment,
				ProcessBuilder.Redirect.to(log.toFile()));
		awaitReady("The API", api, this.settings.managementPort(), log);
		return api;
	}

	/**
	 * Exporters' own port, unless somebody listens there already, such as a collector.
	 */
	private int receiverPort() {
		int port = Ports.free(this.settings.receiverPort());
		if (port != this.settings.receiverPort()) {
			say("Port %d is taken, so the receiver of spans listens on port %d; %s chooses another."
				.formatted(this.settings.receiverPort(), port, DemoSettings.RECEIVER_PORT));
		}
		return port;
	}

	private JarProcess startReceiver(DemoFolder folder, DemoPostgres postgres, StartedProcesses processes, int port,
			int managementPort) {
		Map<String, String> environment = new HashMap<>(postgres.environment());
		environment.put(DemoSettings.API_PORT, String.valueOf(port));
		environment.put("SERVER_ADDRESS", "127.0.0.1");
		environment.put(DemoSettings.MANAGEMENT_PORT, String.valueOf(managementPort));
		environment.put("MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
		return started(processes, JarProcess.start(SMALL, this.settings.receiverJar(), List.of(), environment,
				ProcessBuilder.Redirect.to(folder.log("receiver").toFile())));
	}

	private void awaitReady(String name, JarProcess program, int managementPort, Path log)
			throws IOException, InterruptedException {
		try {
			ProgramHealth.await(name, program, managementPort);
		}
		catch (DemoException ex) {
			failed("%s is not ready. %s".formatted(name, ex.getMessage()), log);
			throw new DemoException("The demo stops.", ex);
		}
	}

	private JarProcess startJar(StartedProcesses processes, Path jar, List<String> arguments,
			Map<String, String> environment, ProcessBuilder.Redirect output) {
		return started(processes, JarProcess.start(jar, arguments, environment, output));
	}

	private JarProcess started(StartedProcesses processes, JarProcess process) {
		own(process);
		processes.add(process.handle());
		return process;
	}

	private String addresses(DemoFolder folder, DemoPostgres postgres, int receiverPort) {
		return """

				Agent Metrics is ready:
				  page       http://localhost:%1$d/
				  GraphiQL   http://localhost:%1$d/graphiql
				  GraphQL    http://localhost:%1$d/graphql
				  management http://localhost:%2$d/actuator/health and /actuator/prometheus
				  database   %3$s, user %4$s, password %4$s
				  log        %5$s
				  receiver   http://localhost:%6$d
				""".formatted(this.settings.apiPort(), this.settings.managementPort(), postgres.url(),
				DemoPostgres.NAME, folder.log("api"), receiverPort);
	}

	/** Says what went wrong, unless it went wrong because everything is being stopped. */
	private synchronized int failed(String what, Path log) throws IOException {
		if (!this.stopping) {
			List<String> lines = Files.readAllLines(log);
			lines.subList(Math.max(0, lines.size() - 30), lines.size()).forEach(this.out::println);
			say(what + " Its last words are above, all of them in " + log);
		}
		return 1;
	}

	private void say(String text) {
		this.out.println(text);
	}

	/** What is started is stopped in the opposite order, at once if the end has come. */
	private synchronized <T extends AutoCloseable> T own(T part) {
		this.started.push(part);
		if (this.stopping) {
			stopParts();
			throw new DemoException("The demo stops.");
		}
		return part;
	}

	@Override
	public synchronized void close() {
		this.stopping = true;
		if (!this.started.isEmpty()) {
			say("Stopping ...");
			stopParts();
			say("Stopped.");
		}
	}

	private void stopParts() {
		while (!this.started.isEmpty()) {
			try {
				this.started.pop().close();
			}
			catch (Exception ex) {
				say("Something did not stop as it should: " + ex);
			}
		}
	}

}
