package io.agentmetrics.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The aggregator as operators run it: a cold process, timed from outside.
 *
 * @param command the command line up to the aggregator's own arguments
 */
record AggregatorProcess(List<String> command) {

	private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

	private static final Pattern JOB_MILLIS = Pattern.compile("millis=\"?(\\d+)");

	/** Each setting is given as {@code name=value}. */
	static AggregatorProcess plainJar(Path jar, int heapMb, String... settings) {
		return new AggregatorProcess(Stream
			.concat(Stream.concat(Stream.of(JAVA, "-Xmx" + heapMb + "m"), Stream.of(settings).map("-D"::concat)),
					Stream.of("-jar", jar.toString()))
			.toList());
	}

	/**
	 * Extracts the jar and trains an ahead-of-time cache by a run that does all the work.
	 * @param jar the jar
	 * @param folder takes the extracted jar and the cache
	 * @param heapMb the heap limit
	 * @param database the database of the training run
	 * @return the aggregator with the cache, compiled by C1 alone
	 */
	static AggregatorProcess withAotCache(Path jar, Path folder, int heapMb, BenchDatabase database) {
		Path extracted = folder.resolve("aggregator");
		Path cache = folder.resolve("aggregator.aot");
		new AggregatorProcess(List.of(JAVA, "-Djarmode=tools", "-jar", jar.toString())).run(database, "extract",
				"--destination", extracted.toString());
		String application = extracted.resolve(jar.getFileName()).toString();
		new AggregatorProcess(List.of(JAVA, "-Xmx" + heapMb + "m", "-XX:AOTCacheOutput=" + cache, "-jar", application))
			.run(database);
		return new AggregatorProcess(List.of(JAVA, "-Xmx" + heapMb + "m", "-XX:AOTCache=" + cache,
				"-XX:TieredStopAtLevel=1", "-jar", application));
	}

	Outcome run(BenchDatabase database, String... arguments) {
		List<String> line = new ArrayList<>(this.command);
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
		builder.environment().put("SPRING_DATASOURCE_URL", database.url());
		try {
			long started = System.nanoTime();
			Process process = builder.start();
			PeakMemory memory = PeakMemory.watch(process);
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			int exitCode = process.waitFor();
			double seconds = (System.nanoTime() - started) / 1e9;
			if (exitCode != 0) {
				throw new IllegalStateException("The aggregator ended with " + exitCode + ":\n" + output);
			}
			Matcher millis = JOB_MILLIS.matcher(output);
			return new Outcome(seconds, millis.find() ? Long.parseLong(millis.group(1)) / 1e3 : Double.NaN,
					memory.mb());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What one run cost.
	 *
	 * @param seconds from the start of the process to its end
	 * @param jobSeconds the job alone, as its log tells
	 * @param peakMemoryMb the most memory the process had at once
	 */
	record Outcome(double seconds, double jobSeconds, long peakMemoryMb) {
	}

}
