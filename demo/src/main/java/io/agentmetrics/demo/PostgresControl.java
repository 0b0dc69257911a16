package io.agentmetrics.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.util.LinuxUtils;

/**
 * PostgreSQL's own {@code pg_ctl}, for what the library that unpacks and starts it cannot
 * do: stopping a server that another process has started, and waiting until its data is
 * safe.
 */
final class PostgresControl {

	private static final String STOP_SECONDS = "60";

	/** A closed terminal takes the program with it while it waits. */
	private static final int ATTEMPTS = 3;

	private PostgresControl() {
	}

	/**
	 * Stops the server of a cluster, whoever has started it.
	 * @param server where the server was unpacked
	 * @param cluster the cluster
	 * @return whether there was one to stop
	 */
	static boolean stop(Path server, Path cluster) {
		if (!Files.exists(cluster.resolve("postmaster.pid")) || !Files.isDirectory(server)) {
			return false;
		}
		Path program = program(server);
		if (run(program, cluster, "status") != 0) {
			return false;
		}
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			if (run(program, cluster, "stop", "-m", "fast", "-w", "-t", STOP_SECONDS) == 0
					|| run(program, cluster, "status") != 0) {
				return true;
			}
		}
		throw new DemoException("PostgreSQL in %s does not stop.".formatted(cluster));
	}

	private static Path program(Path server) {
		try (Stream<Path> versions = Files.list(server)) {
			return versions.map((version) -> version.resolve("bin").resolve("pg_ctl"))
				.filter(Files::isExecutable)
				.findFirst()
				.orElseThrow(() -> new DemoException("There is no PostgreSQL in " + server));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int run(Path program, Path cluster, String... arguments) {
		List<String> command = new ArrayList<>();
		if (LinuxUtils.isUnshareAvailable()) {
			// PostgreSQL refuses to run as root: in a name space of its own it does not
			// know
			command.addAll(List.of("unshare", "-U"));
		}
		command.addAll(List.of(program.toString(), "-D", cluster.toString()));
		command.addAll(List.of(arguments));
		try {
			return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DemoException("Interrupted while PostgreSQL stopped", ex);
		}
	}

}
