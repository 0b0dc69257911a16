package io.agentmetrics.aggregator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A PostgreSQL server of this machine's packages with its tools, which the one that is
 * built in does not have.
 */
final class InstalledPostgres implements AutoCloseable {

	private static final Path PACKAGES = Path.of("/usr/lib/postgresql");

	private final Path tools;

	private final Path folder;

	private final int port;

	private InstalledPostgres(Path tools, Path folder, int port) {
		this.tools = tools;
		this.folder = folder;
		this.port = port;
	}

	/** Where the tools of the newest version are, empty where none is installed. */
	static Optional<Path> tools() {
		if (!Files.isDirectory(PACKAGES)) {
			return Optional.empty();
		}
		try (Stream<Path> versions = Files.list(PACKAGES)) {
			return versions
				.filter((version) -> Files.isExecutable(version.resolve("bin/initdb"))
						&& Files.isExecutable(version.resolve("bin/pg_dump")))
				.max(Comparator.comparingInt((version) -> Integer.parseInt(PACKAGES.relativize(version).toString())))
				.map((version) -> version.resolve("bin"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static InstalledPostgres start(Path tools) throws IOException {
		Path folder = Files.createTempDirectory("installed-postgres");
		InstalledPostgres server = new InstalledPostgres(tools, folder, freePort());
		if (isRoot()) {
			run(List.of("chown", "postgres", folder.toString()));
		}
		server.call("initdb", "--pgdata=" + server.data(), "--username=postgres", "--auth=trust", "--no-sync",
				"--locale=C.UTF-8", "--encoding=UTF8");
		server.call("pg_ctl", "--pgdata=" + server.data(), "--wait", "--silent", "--log=" + folder.resolve("log"),
				"--options=-p " + server.port + " -k " + folder + " -c fsync=off", "start");
		return server;
	}

	/** Calls a tool as the server's user. */
	void call(String tool, String... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		if (isRoot()) {
			// PostgreSQL does not run as root
			command.addAll(List.of("runuser", "-u", "postgres", "--"));
		}
		command.add(this.tools.resolve(tool).toString());
		command.addAll(List.of(arguments));
		run(command);
	}

	/** How a tool finds the server. */
	String[] at(String... arguments) {
		return Stream
			.concat(Stream.of("--host=localhost", "--port=" + this.port, "--username=postgres"), Stream.of(arguments))
			.toArray(String[]::new);
	}

	String url(String database) {
		return "jdbc:postgresql://localhost:%d/%s".formatted(this.port, database);
	}

	DataSource dataSource(String database) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(url(database));
		dataSource.setUser("postgres");
		return dataSource;
	}

	/** A folder in which the server's user may write. */
	Path folder() {
		return this.folder;
	}

	private Path data() {
		return this.folder.resolve("data");
	}

	@Override
	public void close() throws IOException {
		call("pg_ctl", "--pgdata=" + data(), "--wait", "--silent", "--mode=immediate", "stop");
		run(List.of("rm", "-r", this.folder.toString()));
	}

	private static boolean isRoot() {
		return System.getProperty("user.name").equals("root");
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private static void run(List<String> command) throws IOException {
		Path output = Files.createTempFile("output", ".txt");
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.directory(Path.of("/").toFile())
			.start();
		int exitCode = process.onExit().orTimeout(2, TimeUnit.MINUTES).join().exitValue();
		assertThat(exitCode).as("%s: %s", command, Files.readString(output)).isZero();
		Files.delete(output);
	}

}
