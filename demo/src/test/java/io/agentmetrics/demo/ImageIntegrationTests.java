package io.agentmetrics.demo;

import java.io.File;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The images, made by the instructions of the Dockerfile as they stand there, as the
 * users that it names.
 */
class ImageIntegrationTests {

	@Test
	void programsOfTheImagesStartWithTheirCaches(@TempDir Path folder) throws Exception {
		assumeTrue(System.getProperty("user.name").equals("root"), "needs root, who may mount");
		assumeTrue(run("mount -t tmpfs tmpfs " + folder).exitCode() == 0, "needs the right to mount");
		layOut(folder.resolve("build/root/source"));
		Product.Run build = run(Dockerfile.script(Tool.PROJECT.resolve("deploy/Dockerfile"), folder,
				Path.of(System.getProperty("java.home"), "bin"),
				Map.of("aggregator", "--version", "api", "--version", "receiver", "--version")));
		assertThat(build.exitCode()).as(build.output()).isZero();
		assertThat(build.output()).contains("\nAgent Metrics aggregator ", "\nAgent Metrics API ");
	}

	/**
	 * In namespaces of its own: all that it starts ends with it, and nobody else sees
	 * what it mounts.
	 */
	private static Product.Run run(String script) throws Exception {
		return Tool.installed("unshare").run(script, "--mount", "--pid", "--fork", "--kill-child", "sh");
	}

	/** What the first stage leaves behind, as far as others copy it. */
	private static void layOut(Path source) throws Exception {
		for (String program : List.of("aggregator", "api", "receiver")) {
			Path target = Files.createDirectories(source.resolve(program).resolve("target"));
			Files.copy(Path.of(System.getProperty("agent-metrics.demo." + program)), target.resolve(program + ".jar"));
		}
		Path dependencies = Files.createDirectories(source.resolve("demo/target/dependency"));
		Path classes = Path.of(AotTraining.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			Path path = Path.of(entry);
			if (path.equals(classes)) {
				jar(classes, source.resolve("demo/target/demo-0.jar"));
			}
			else if (entry.endsWith(".jar") && Files.exists(path)) {
				Files.copy(path, dependencies.resolve(path.getFileName()));
			}
		}
	}

	private static void jar(Path classes, Path jar) throws Exception {
		try (JarOutputStream output = new JarOutputStream(new FileOutputStream(jar.toFile()));
				Stream<Path> files = Files.walk(classes)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				output.putNextEntry(new JarEntry(classes.relativize(file).toString()));
				Files.copy(file, output);
			}
		}
	}

}
