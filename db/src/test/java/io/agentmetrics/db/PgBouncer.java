package io.agentmetrics.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

/**
 * A PgBouncer in front of a test's database, with settings as its documentation
 * recommends for JDBC. Tests that need one are skipped where it is not installed.
 */
public final class PgBouncer implements AutoCloseable {

	private static final String SETTINGS = """
			[databases]
			metrics = %s
			[pgbouncer]
			listen_addr = 127.0.0.1
			listen_port = %d
			unix_socket_dir =
			auth_type = any
			pool_mode = %s
			ignore_startup_parameters = extra_float_digits
			pidfile = %s/pid
			logfile = %s/log
			""";

	private final Path folder;

	private final Process process;

	private final int port;

	private PgBouncer(Path folder, Process process, int port) {
		this.folder = folder;
		this.process = process;
		this.port = port;
	}

	/**
	 * Starts one.
	 * @param database what stands behind it
	 * @param poolMode session, transaction or statement
	 * @param more further lines of settings
	 * @return the pooler, which answers
	 */
	public static PgBouncer start(TestDatabase database, String poolMode, String... more) {
		Path program = program();
		try {
			int port = freePort();
			Path folder = Files.createTempDirectory("pgbouncer");
			Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
			Path settings = Files.writeString(folder.resolve("ini"),
					SETTINGS.formatted(behind(database), port, poolMode, folder, folder) + String.join("\n", more)
							+ "\n");
			List<String> command = System.getProperty("user.name").equals("root")
					? List.of(program.toString(), "-u", "nobody", settings.toString())
					: List.of(program.toString(), settings.toString());
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(folder.resolve("output").toFile())
				.start();
			PgBouncer started = new PgBouncer(folder, process, port);
			started.awaitListening();
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket free = new ServerSocket(0)) {
			return free.getLocalPort();
		}
	}

	private static Path program() {
		Optional<Path> program = Stream.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer")
			.map(Path::of)
			.filter(Files::isExecutable)
			.findFirst();
		if (program.isEmpty()) {
			System.out.println("SKIPPED: this test needs pgbouncer");
		}
		Assumptions.assumeTrue(program.isPresent(), () -> "needs pgbouncer");
		return program.orElseThrow();
	}

	private static String behind(TestDatabase database) {
		String[] parts = database.url().replaceFirst("jdbc:postgresql://", "").split("[:/]");
		return "host=127.0.0.1 port=%s dbname=%s user=%s".formatted(parts[1], parts[2], database.username());
	}

	private void awaitListening() throws IOException {
		for (int attempt = 0; attempt < 100 && this.process.isAlive(); attempt++) {
			try (Socket _ = new Socket("127.0.0.1", this.port)) {
				return;
			}
			catch (IOException notYet) {
				pause();
			}
		}
		throw new IllegalStateException(
				"pgbouncer does not listen: " + Files.readString(this.folder.resolve("output")));
	}

	private static void pause() {
		try {
			TimeUnit.MILLISECONDS.sleep(100);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns the JDBC URL of the database through the pooler.
	 * @return the URL
	 */
	public String url() {
		return "jdbc:postgresql://127.0.0.1:%d/metrics".formatted(this.port);
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
			try (Stream<Path> files = Files.walk(this.folder)) {
				for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(file);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
