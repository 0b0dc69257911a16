package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The launcher in a process of its own, as Maven starts it.
 */
final class RunningDemo implements AutoCloseable {

	private final Process process;

	private final Path output;

	private final int apiPort;

	/** What the process had started when it was last looked at. */
	private final Set<ProcessHandle> started = new HashSet<>();

	private RunningDemo(Process process, Path output, int apiPort) {
		this.process = process;
		this.output = output;
		this.apiPort = apiPort;
	}

	static RunningDemo start(Path folder, FakePrograms programs, Map<String, String> environment) throws IOException {
		return start(List.of(), List.of(), folder, programs, environment);
	}

	/**
	 * Starts it as Maven does, to stop with the process that has started it: a shell. On
	 * two processors, where the JVM's common pool has a single thread.
	 */
	static RunningDemo startUnderAShell(Path folder, FakePrograms programs) throws IOException {
		return start(List.of("sh", "-c", "\"$@\" & wait", "sh"),
				List.of("-XX:ActiveProcessorCount=2", "-Dagent-metrics.demo.stop-with-parent=true"), folder, programs,
				Map.of());
	}

	private static RunningDemo start(List<String> parent, List<String> jvm, Path folder, FakePrograms programs,
			Map<String, String> environment) throws IOException {
		Map<String, String> settings = new HashMap<>(environment);
		settings.put(DemoSettings.DIRECTORY, folder.toString());
		settings.putIfAbsent(DemoSettings.API_PORT, String.valueOf(Ports.free()));
		settings.putIfAbsent(DemoSettings.MANAGEMENT_PORT, String.valueOf(Ports.free()));
		settings.putIfAbsent(DemoSettings.RECEIVER_PORT, String.valueOf(Ports.free()));
		Path output = Files.createTempFile("demo", ".log");
		List<String> command = new ArrayList<>(parent);
		command.add(JarProcess.java());
		command.addAll(jvm);
		command.addAll(List.of("-Duser.language=ar", "-Duser.country=EG",
				"-Dagent-metrics.demo.aggregator=" + programs.aggregator(),
				"-Dagent-metrics.demo.api=" + programs.api(), "-Dagent-metrics.demo.receiver=" + programs.receiver(),
				"-classpath", System.getProperty("java.class.path"), Demo.class.getName()));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
		builder.environment().putAll(settings);
		return new RunningDemo(builder.start(), output, Integer.parseInt(settings.get(DemoSettings.API_PORT)));
	}

	RunningDemo awaitReady() throws IOException {
		await(() -> output().contains("Ctrl-C stops everything") || !this.process.isAlive(), Duration.ofMinutes(3));
		if (!this.process.isAlive()) {
			throw new IllegalStateException(output());
		}
		rememberDescendants();
		return this;
	}

	int awaitEnd() throws InterruptedException {
		if (!this.process.waitFor(1, TimeUnit.MINUTES)) {
			throw new IllegalStateException(output());
		}
		return this.process.exitValue();
	}

	String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	URI address(String path) {
		return URI.create("http://localhost:" + this.apiPort + path);
	}

	String get(String path) throws IOException, InterruptedException {
		try (HttpClient client = HttpClient.newHttpClient()) {
			return client.send(HttpRequest.newBuilder(address(path)).build(), HttpResponse.BodyHandlers.ofString())
				.body();
		}
	}

	ProcessHandle handle() {
		return this.process.toHandle();
	}

	/** What Ctrl-C does, as far as the launcher itself is concerned. */
	int stop() throws InterruptedException {
		this.process.destroy();
		return awaitEnd();
	}

	List<ProcessHandle> children() {
		return this.process.toHandle().children().toList();
	}

	static void await(BooleanSupplier condition, Duration atMost) {
		long start = System.nanoTime();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - start > atMost.toNanos()) {
				throw new IllegalStateException("Not after " + atMost);
			}
			try {
				TimeUnit.MILLISECONDS.sleep(20);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
	}

	private void rememberDescendants() {
		this.process.descendants().forEach(this.started::add);
	}

	/**
	 * Stops it, then whatever it has started: a process that was killed has left that
	 * behind, and does not name it any more.
	 */
	@Override
	public void close() throws IOException {
		rememberDescendants();
		StartedProcesses.stop(List.of(handle()));
		StartedProcesses.stop(List.copyOf(this.started));
		Files.delete(this.output);
	}

}
