package io.agentmetrics.demo;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SampleLoaderIntegrationTests {

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
	void loadsOnceAndThenGoesOn() throws Exception {
		Process once = load(Map.of());
		assertThat(output(once).readLine()).matches("\\S+ [\\d,]{7,} executions added, 0 updated");
		assertThat(once.waitFor()).isZero();
		Process steadily = load(Map.of(SampleLoader.INTERVAL, "PT0.2S"));
		try {
			BufferedReader lines = output(steadily);
			assertThat(lines.readLine()).contains("executions added");
			assertThat(lines.readLine()).contains("executions added");
			assertThat(steadily.isAlive()).isTrue();
		}
		finally {
			steadily.destroy();
			steadily.waitFor();
		}
	}

	@Test
	void intervalThatMakesNoSenseIsSaid() throws Exception {
		Process process = load(Map.of(SampleLoader.INTERVAL, "10s"));
		assertThat(output(process).lines()).anyMatch((line) -> line.contains("is a time like PT10S, not \"10s\""));
		assertThat(process.waitFor()).isEqualTo(1);
	}

	private static BufferedReader output(Process process) {
		return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
	}

	private Process load(Map<String, String> settings) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(JarProcess.java(), "-Duser.language=ar", "-Duser.country=EG",
				"-classpath", System.getProperty("java.class.path"), SampleLoader.class.getName())
			.redirectErrorStream(true);
		builder.environment().putAll(this.product.environment());
		builder.environment().putAll(settings);
		return builder.start();
	}

}
