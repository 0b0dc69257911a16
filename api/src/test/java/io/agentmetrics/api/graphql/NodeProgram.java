package io.agentmetrics.api.graphql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Assumptions;

/**
 * Something that runs on Node.js with packages from npm. Where they are not installed,
 * the test is skipped and says so.
 */
final class NodeProgram {

	private static final Path CI = Path.of("").toAbsolutePath().resolve("../.ci").normalize();

	private NodeProgram() {
	}

	/**
	 * Runs a file of the folder .ci.
	 * @param program a script of ours, or a package's in node_modules
	 * @param needed the package without which it does not run
	 * @param arguments its arguments
	 * @return the lines that it writes
	 */
	static List<String> run(String program, String needed, List<String> arguments) {
		boolean installed = Files.isDirectory(CI.resolve("node_modules").resolve(needed));
		if (!installed) {
			System.out.println("SKIPPED: this test needs " + needed + " (npm install in .ci)");
		}
		Assumptions.assumeTrue(installed, "needs " + needed);
		List<String> line = new ArrayList<>(List.of("node", CI.resolve(program).toString()));
		line.addAll(arguments);
		try {
			Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
