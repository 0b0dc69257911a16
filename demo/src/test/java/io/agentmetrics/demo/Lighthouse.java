package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

/**
 * Google's Lighthouse, where .ci/run has installed it.
 */
final class Lighthouse {

	private static final Path PROGRAM = Path.of("")
		.toAbsolutePath()
		.resolveSibling(".ci")
		.resolve("node_modules/lighthouse/cli/index.js");

	private Lighthouse() {
	}

	/** Skips the test, and says so, where it is not installed. */
	static void require() {
		if (!Files.exists(PROGRAM)) {
			System.out.println("Skipped: there is no Lighthouse; run `npm install` in .ci.");
		}
		Assumptions.assumeTrue(Files.exists(PROGRAM), "Lighthouse is not installed: run `npm install` in .ci");
	}

	/**
	 * How good a page is as a desktop browser loads it, from 0 to 100.
	 * @param category of what: performance or accessibility
	 */
	static long score(String category, URI address, Path folder) throws IOException, InterruptedException {
		Path report = Files.createTempFile(folder, "lighthouse", ".json");
		ProcessBuilder builder = new ProcessBuilder(List.of("node", PROGRAM.toString(), address.toString(),
				"--preset=desktop", "--only-categories=" + category, "--output=json", "--output-path=" + report,
				"--quiet", "--no-enable-error-reporting",
				"--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
						+ "--disable-background-networking --disable-component-update --disable-sync"))
			.redirectErrorStream(true)
			.redirectOutput(folder.resolve("lighthouse.log").toFile());
		builder.environment().put("CHROME_PATH", Browser.program().toString());
		Process process = builder.start();
		if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
			process.destroyForcibly();
			throw new IOException(Files.readString(folder.resolve("lighthouse.log")));
		}
		return Math.round(100 * GraphQlClient.parse(Files.readString(report))
			.path("categories")
			.path(category)
			.path("score")
			.asDouble());
	}

}
