package io.agentmetrics.demo;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.agentmetrics.demo.sample.Sample;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both programs with the caches that the documented command makes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AotCacheIntegrationTests {

	private static final int ROUNDS = 5;

	private Product product;

	@BeforeAll
	void start(@TempDir Path directory) throws Exception {
		this.product = Product.migrated(directory);
	}

	@AfterAll
	void stop() throws Exception {
		this.product.close();
	}

	@Test
	@WhenSpeedIsMeasured
	void runWithNothingToDoTakesAtMostHalfAsLong() throws Exception {
		new Sample(this.product.dataSource()).bringUpTo(Instant.now());
		assertThat(this.product.aggregator().exitCode()).isZero();
		List<Double> without = new ArrayList<>();
		List<Double> with = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			without.add(seconds(List.of("-jar", System.getProperty("agent-metrics.demo.aggregator"))));
			with.add(seconds(List.of("@" + Programs.argumentFile("aggregator"))));
		}
		System.out.printf("Nothing to do: %.2f s without the cache, %.2f s with it (medians of %d)%n", median(without),
				median(with), ROUNDS);
		assertThat(median(with)).isLessThanOrEqualTo(0.5 * median(without));
	}

	@Test
	void cachesAreReallyUsed() throws Exception {
		// "on" ends the process where the cache does not fit; the API ends for want of a
		// port
		assertThat(seconds(List.of("-XX:AOTMode=on", "@" + Programs.argumentFile("aggregator")))).isPositive();
		Process api = process(List.of("-XX:AOTMode=on", "@" + Programs.argumentFile("api"), "--server.port=nonsense"));
		String output = new String(api.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(api.waitFor()).isEqualTo(1);
		assertThat(output).contains("server.port").doesNotContain("AOT cache");
	}

	@Test
	void layersMakeUpTheProgram() throws Exception {
		for (String program : List.of("aggregator", "api")) {
			Path layers = Programs.folder(program).resolve("layers");
			try (Stream<Path> libraries = Files.list(layers.resolve("dependencies/lib"))) {
				assertThat(libraries).hasSizeGreaterThan(20)
					.noneMatch((library) -> library.toString().contains("SNAPSHOT"));
			}
			assertThat(layers.resolve("application").resolve(program + ".jar")).isRegularFile();
		}
	}

	private double seconds(List<String> arguments) throws Exception {
		long start = System.nanoTime();
		Process process = process(arguments);
		String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(log).isZero();
		assertThat(log).contains("Nothing to aggregate");
		return (System.nanoTime() - start) / 1e9;
	}

	private Process process(List<String> arguments) throws Exception {
		List<String> command = new ArrayList<>(List.of(JarProcess.java()));
		command.addAll(arguments);
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().putAll(this.product.environment());
		builder.environment().putAll(Map.of("AGENT_METRICS_SECURITY_MODE", "none"));
		return builder.start();
	}

	private static double median(List<Double> values) {
		return values.stream().sorted().toList().get(values.size() / 2);
	}

}
