package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL 18 of the demo's own whose data lasts: reachable from this machine only,
 * its database, user and password all have the same name and are no secret.
 */
final class DemoPostgres implements AutoCloseable {

	static final String NAME = "agent_metrics";

	private final DemoFolder folder;

	private final int port;

	private DemoPostgres(DemoFolder folder, int port) {
		this.folder = folder;
		this.port = port;
	}

	/**
	 * Starts the server, making its data the first time. One that an earlier run left
	 * behind is stopped before.
	 * @param folder the folder with its data
	 * @param port the port to listen on, which is free
	 * @return the running server
	 */
	static DemoPostgres start(DemoFolder folder, int port) {
		if (System.getProperty("user.name").equals("root") && !LinuxUtils.isUnshareAvailable()) {
			throw new DemoException("PostgreSQL does not run as root: start the demo as another user.");
		}
		PostgresControl.stop(folder.server(), folder.cluster());
		Path complete = folder.cluster().resolveSibling(folder.cluster().getFileName() + ".complete");
		try {
			if (!Files.exists(complete)) {
				// an interrupted first run: a half-made cluster would stay in the way for
				// ever
				delete(folder.cluster());
			}
			EmbeddedPostgres server = EmbeddedPostgres.builder()
				.setOverrideWorkingDirectory(folder.server().toFile())
				.setDataDirectory(folder.cluster())
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPort(port)
				.setPGStartupWait(Duration.ofMinutes(2))
				.setOutputRedirector(ProcessBuilder.Redirect.appendTo(folder.log("postgresql").toFile()))
				// PostgreSQL's own C.UTF-8: there on every system
				.setLocaleConfig("locale", "C")
				.setLocaleConfig("locale-provider", "builtin")
				.setLocaleConfig("builtin-locale", "C.UTF-8")
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("max_connections", "100")
				.setServerConfig("max_wal_size", "2GB")
				.start();
			if (!Files.exists(complete)) {
				createDatabase(server.getPostgresDatabase());
				Files.createFile(complete);
			}
			return new DemoPostgres(folder, port);
		}
		catch (IOException | IllegalStateException ex) {
			throw new DemoException("PostgreSQL does not start (%s); %s may say more.".formatted(ex.getMessage(),
					folder.log("postgresql")), ex);
		}
	}

	private static void createDatabase(DataSource server) {
		try (Connection connection = server.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("create role %1$s login password '%1$s'".formatted(NAME));
			statement.execute("create database %1$s owner %1$s".formatted(NAME));
		}
		catch (SQLException ex) {
			throw new DemoException("The database cannot be made: " + ex.getMessage(), ex);
		}
	}

	static void delete(Path directory) throws IOException {
		empty(directory);
		Files.deleteIfExists(directory);
	}

	/**
	 * Deletes what is in a directory, if it is there; it may lie where one may not write.
	 */
	static void empty(Path directory) throws IOException {
		if (Files.exists(directory)) {
			try (Stream<Path> files = Files.walk(directory)) {
				for (Path file : files.skip(1).sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(file);
				}
			}
		}
	}

	String url() {
		return "jdbc:postgresql://localhost:%d/%s".formatted(this.port, NAME);
	}

	DataSource dataSource() {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(url());
		dataSource.setUser(NAME);
		dataSource.setPassword(NAME);
		return dataSource;
	}

	/** What tells Spring's programs where it is. */
	Map<String, String> environment() {
		return Map.of("SPRING_DATASOURCE_URL", url(), "SPRING_DATASOURCE_USERNAME", NAME, "SPRING_DATASOURCE_PASSWORD",
				NAME);
	}

	@Override
	public void close() {
		PostgresControl.stop(this.folder.server(), this.folder.cluster());
	}

}
