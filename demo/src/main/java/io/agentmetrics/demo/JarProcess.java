package io.agentmetrics.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A jar that runs in a process of its own, on the JDK that runs this one.
 */
final class JarProcess implements AutoCloseable {

	private final Process process;

	private JarProcess(Process process) {
		this.process = process;
	}

	/**
	 * Starts a jar.
	 * @param environment what to add to the environment variables of this process
	 * @param output where it writes to
	 */
	static JarProcess start(Path jar, List<String> arguments, Map<String, String> environment,
			ProcessBuilder.Redirect output) {
		return start(List.of(), jar, arguments, environment, output);
	}

	/**
	 * Starts a jar with options of the JVM.
	 * @param environment what to add to the environment variables of this process
	 * @param output where it writes to
	 */
	static JarProcess start(List<String> options, Path jar, List<String> arguments, Map<String, String> environment,
			ProcessBuilder.Redirect output) {
		List<String> all = new ArrayList<>(options);
		all.addAll(List.of("-jar", jar.toString()));
		all.addAll(arguments);
		return start(all, environment, output);
	}

	/**
	 * Starts a JVM.
	 * @param arguments its arguments, which may be in argument files
	 * @param environment what to add to the environment variables of this process
	 * @param output where it writes to
	 */
	static JarProcess start(List<String> arguments, Map<String, String> environment, ProcessBuilder.Redirect output) {
		List<String> command = new ArrayList<>(List.of(java()));
		command.addAll(arguments);
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
		builder.environment().putAll(environment);
		try {
			return new JarProcess(builder.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	ProcessHandle handle() {
		return this.process.toHandle();
	}

	/**
	 * Waits until it has ended.
	 * @return its exit code
	 * @throws InterruptedException if this thread is to stop waiting
	 */
	int exitCode() throws InterruptedException {
		return this.process.waitFor();
	}

	/**
	 * Waits for it to end, but not for long.
	 * @param atMost how long to wait
	 * @return whether it has ended
	 * @throws InterruptedException if this thread is to stop waiting
	 */
	boolean endsWithin(Duration atMost) throws InterruptedException {
		return this.process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Asks it to stop, waits for that, and makes it stop if it does not. */
	@Override
	public void close() {
		StartedProcesses.stop(List.of(handle()));
	}

}
