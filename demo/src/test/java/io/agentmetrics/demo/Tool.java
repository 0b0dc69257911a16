package io.agentmetrics.demo;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

/**
 * A program that checks what is not Java. Where it is not installed, the test that needs
 * it is skipped and says so.
 *
 * @param command how it is started
 */
record Tool(List<String> command) {

	/** The folder of the whole project. */
	static final Path PROJECT = Path.of("").toAbsolutePath().resolve("..").normalize();

	private static final Path CI = PROJECT.resolve(".ci");

	/** A program of this system. */
	static Tool installed(String name) {
		boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, name)));
		require(found, name);
		return new Tool(List.of(name));
	}

	/** A script of ours in .ci that needs packages from npm. */
	static Tool script(String name, String... packages) {
		requirePackages(packages);
		return new Tool(List.of("node", CI.resolve(name).toString()));
	}

	/** A program from npm. */
	static Tool npm(String name) {
		requirePackages(name);
		return new Tool(List.of(CI.resolve("node_modules/.bin").resolve(name).toString()));
	}

	private static void requirePackages(String... packages) {
		installed("node");
		for (String name : packages) {
			require(Files.isDirectory(CI.resolve("node_modules").resolve(name)), name + " (npm install in .ci)");
		}
	}

	private static void require(boolean found, String what) {
		if (!found) {
			System.out.println("SKIPPED: this test needs " + what);
		}
		Assumptions.assumeTrue(found, () -> "needs " + what);
	}

	/**
	 * Runs it in the folder of the project.
	 * @param input what it reads from its standard input
	 * @param arguments its arguments
	 * @return how it ended
	 */
	Product.Run run(String input, String... arguments) throws IOException, InterruptedException {
		List<String> line = new ArrayList<>(this.command);
		line.addAll(List.of(arguments));
		Path in = Files.writeString(Files.createTempFile("tool", ".in"), input);
		try {
			Process process = new ProcessBuilder(line).directory(PROJECT.toFile())
				.redirectErrorStream(true)
				.redirectInput(in.toFile())
				.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return new Product.Run(process.waitFor(), output);
		}
		finally {
			Files.delete(in);
		}
	}

}
