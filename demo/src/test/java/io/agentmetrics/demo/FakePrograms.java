package io.agentmetrics.demo;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/**
 * Jars that stand in for the real programs, so that what the launcher does with them can
 * be tested without them.
 */
record FakePrograms(Path aggregator, Path api, Path receiver) {

	static FakePrograms make(Path directory) throws IOException {
		return new FakePrograms(jar(directory, FakeAggregator.class), jar(directory, FakeApi.class),
				jar(directory, FakeReceiver.class));
	}

	/**
	 * Makes a jar that runs a class of this class path.
	 * @param directory where to make it
	 * @param main the class with the main method
	 * @return the jar
	 * @throws IOException if it cannot be written
	 */
	private static Path jar(Path directory, Class<?> main) throws IOException {
		Manifest manifest = new Manifest();
		Attributes attributes = manifest.getMainAttributes();
		attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
		attributes.put(Attributes.Name.MAIN_CLASS, main.getName());
		attributes.put(Attributes.Name.CLASS_PATH,
				Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
					.map((entry) -> Path.of(entry).toUri().toString())
					.collect(Collectors.joining(" ")));
		Path jar = directory.resolve(main.getSimpleName() + ".jar");
		try (OutputStream file = Files.newOutputStream(jar)) {
			new JarOutputStream(file, manifest).close();
		}
		return jar;
	}

}
