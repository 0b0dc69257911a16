package io.agentmetrics.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both programs as the images have them: unpacked, each with a cache of loaded classes,
 * and so ready in a third of the time. The documented command makes them.
 */
final class Programs {

	private static final Path AGGREGATOR_JAR = Path.of(System.getProperty("agent-metrics.demo.aggregator", ""));

	private static final Path API_JAR = Path.of(System.getProperty("agent-metrics.demo.api", ""));

	/** What the documented command has written. */
	static final Path FOLDER = train();

	private Programs() {
	}

	static JarProcess aggregator(List<String> arguments, Map<String, String> environment,
			ProcessBuilder.Redirect output) {
		return start("aggregator", arguments, environment, output);
	}

	static JarProcess api(Map<String, String> environment, ProcessBuilder.Redirect output) {
		return start("api", List.of(), environment, output);
	}

	/** As it was built, in one jar. */
	static JarProcess packedApi(Map<String, String> environment, ProcessBuilder.Redirect output) {
		return JarProcess.start(API_JAR, List.of(), environment, output);
	}

	private static JarProcess start(String program, List<String> arguments, Map<String, String> environment,
			ProcessBuilder.Redirect output) {
		Path folder = FOLDER.resolve(program).resolve("program");
		return JarProcess.start(
				List.of("-XX:+UseG1GC", "-XX:TieredStopAtLevel=1", "-XX:AOTCache=" + folder.resolve(program + ".aot")),
				folder.resolve(program + ".jar"), arguments, environment, output);
	}

	/**
	 * In a process, as what it writes, and what its own processes write, is nothing for
	 * this process's output.
	 */
	private static Path train() {
		Path folder = Path.of("target", "programs").toAbsolutePath();
		Path log = folder.resolveSibling("training.log");
		try {
			Files.createDirectories(folder);
			Process training = new ProcessBuilder(JarProcess.java(),
					"-Dagent-metrics.demo.aggregator=" + AGGREGATOR_JAR, "-Dagent-metrics.demo.api=" + API_JAR,
					"-classpath", System.getProperty("java.class.path"), AotTraining.class.getName(), folder.toString())
				.redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			assertThat(training.waitFor()).as(Files.readString(log)).isZero();
			return folder;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
