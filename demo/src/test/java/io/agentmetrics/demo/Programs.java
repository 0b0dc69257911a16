package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All programs as the images have them: unpacked, each with a cache of loaded classes,
 * and so ready in a third of the time. The documented command makes them. They start with
 * its argument files; the API here without C2, since a test is over before C2 pays.
 */
final class Programs {

	private static final Path AGGREGATOR_JAR = Path.of(System.getProperty("agent-metrics.demo.aggregator", ""));

	private static final Path API_JAR = Path.of(System.getProperty("agent-metrics.demo.api", ""));

	private static final Path RECEIVER_JAR = Path.of(System.getProperty("agent-metrics.demo.receiver", ""));

	/**
	 * What the documented command has written; it runs when that is first asked for, and
	 * if it fails, whoever asks is told why.
	 */
	private static final FutureTask<Path> TRAINED = new FutureTask<>(Programs::train);

	private Programs() {
	}

	static JarProcess aggregator(List<String> arguments, Map<String, String> environment,
			ProcessBuilder.Redirect output) {
		List<String> all = new ArrayList<>(List.of("@" + argumentFile("aggregator")));
		all.addAll(arguments);
		return JarProcess.start(all, environment, output);
	}

	static JarProcess api(Map<String, String> environment, ProcessBuilder.Redirect output) {
		return JarProcess.start(List.of("-XX:TieredStopAtLevel=1", "@" + argumentFile("api")), environment, output);
	}

	static JarProcess receiver(Map<String, String> environment, ProcessBuilder.Redirect output) {
		return JarProcess.start(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "@" + argumentFile("receiver")),
				environment, output);
	}

	/** As it was built, in one jar. */
	static JarProcess packedApi(Map<String, String> environment, ProcessBuilder.Redirect output) {
		return JarProcess.start(API_JAR, List.of(), environment, output);
	}

	static Path argumentFile(String program) {
		return folder(program).resolve("program/java.args");
	}

	/** Returns what the documented command has written for a program. */
	static Path folder(String program) {
		TRAINED.run();
		try {
			return TRAINED.get().resolve(program);
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * In a process, as what it writes, and what its own processes write, is nothing for
	 * this process's output.
	 */
	private static Path train() throws IOException, InterruptedException {
		Path folder = Path.of("target", "programs").toAbsolutePath();
		Path log = folder.resolveSibling("training.log");
		Files.createDirectories(folder);
		Process training = new ProcessBuilder(JarProcess.java(), "-Dagent-metrics.demo.aggregator=" + AGGREGATOR_JAR,
				"-Dagent-metrics.demo.api=" + API_JAR, "-Dagent-metrics.demo.receiver=" + RECEIVER_JAR, "-classpath",
				System.getProperty("java.class.path"), AotTraining.class.getName(), folder.toString())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		assertThat(training.waitFor()).as(Files.readString(log)).isZero();
		return folder;
	}

}
