package io.agentmetrics.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;

/**
 * The PostgreSQL of this JVM, started when a test first asks for a database and stopped
 * when the JVM ends; or a further one, for what other tests would not survive.
 */
final class TestServer {

	static final String USERNAME = "postgres";

	/**
	 * As far as partitions reach. Few tests store what is older, and each session of each
	 * test would pay for every partition.
	 */
	private static final int DAYS_BACK = 100;

	private static final String TEMPLATE = "agent_metrics_template";

	private static final TestServer INSTANCE = new TestServer(newData(), false);

	/** Beside the unpacked server. */
	private final Path data;

	private EmbeddedPostgres postgres;

	private final boolean restartable;

	private boolean templateMade;

	private TestServer(Path data, boolean restartable) {
		if (System.getProperty("user.name").equals("root") && !LinuxUtils.isUnshareAvailable()) {
			throw new IllegalStateException("PostgreSQL does not run as root, and this system (a container?) "
					+ "forbids `unshare -U`, which would hide it: run the tests as another user.");
		}
		this.data = data;
		this.restartable = restartable;
		this.postgres = start(EmbeddedPostgres.builder());
	}

	private EmbeddedPostgres start(EmbeddedPostgres.Builder builder) {
		try {
			return builder
				// the next start clears away what a killed JVM left running there
				.setDataDirectory(this.data)
				.setCleanDataDirectory(!this.restartable)
				// PostgreSQL's own C.UTF-8: the same order on every system, installed or
				// not
				.setLocaleConfig("locale", "C")
				.setLocaleConfig("locale-provider", "builtin")
				.setLocaleConfig("builtin-locale", "C.UTF-8")
				.setServerConfig("fsync", "off")
				// as in production: else VACUUM right after a commit cannot mark pages
				// all-visible
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("full_page_writes", "off")
				.setServerConfig("max_wal_size", "4GB")
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static TestServer instance() {
		return INSTANCE;
	}

	static TestServer another() {
		return new TestServer(newData(), true);
	}

	private static Path newData() {
		return Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg", "" + UUID.randomUUID());
	}

	/**
	 * Starts a hot standby of this server: a copy of its data, taken as pg_basebackup
	 * does, that replays its log.
	 */
	TestServer standby() {
		Path copy = newData();
		try (Connection connection = dataSource("postgres").getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("select pg_backup_start('standby', true)");
			copyData(copy);
			try (ResultSet label = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
				label.next();
				Files.writeString(copy.resolve("backup_label"), label.getString(1));
			}
			Files.createFile(copy.resolve("standby.signal"));
			Files.writeString(copy.resolve("postgresql.auto.conf"), """
					primary_conninfo = 'host=localhost port=%d user=%s'
					wal_receiver_status_interval = 1
					hot_standby_feedback = off
					""".formatted(this.postgres.getPort(), USERNAME));
			return new TestServer(copy, true);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Without the log, which the standby asks for, and what belongs to the process. */
	private void copyData(Path copy) throws IOException {
		Files.walkFileTree(this.data, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
				Files.createDirectories(copy.resolve(TestServer.this.data.relativize(folder)),
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Path name = TestServer.this.data.relativize(file);
				if (!name.startsWith("pg_wal") && !name.toString().startsWith("postmaster.")) {
					Files.copy(file, copy.resolve(name));
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
				if (failure instanceof NoSuchFileException) {
					return FileVisitResult.CONTINUE;
				}
				throw failure;
			}

		});
	}

	/** Shuts down, whoever is connected, and starts again at the same port. */
	void restart() {
		int port = this.postgres.getPort();
		shutDown();
		this.postgres = start(EmbeddedPostgres.builder().setPort(port));
	}

	/**
	 * Crashes and recovers: when one of its processes is killed, PostgreSQL ends all
	 * others and starts anew from its log.
	 */
	void crash() {
		try (Connection connection = dataSource("postgres").getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select pg_backend_pid()")) {
			result.next();
			ProcessHandle.of(result.getLong(1)).orElseThrow().destroyForcibly();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void stop() {
		shutDown();
		try (Stream<Path> files = Files.walk(this.data)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void shutDown() {
		try {
			this.postgres.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	DataSource dataSource(String database) {
		return this.postgres.getDatabase(USERNAME, database);
	}

	String url(String database) {
		return "jdbc:postgresql://localhost:%d/%s".formatted(this.postgres.getPort(), database);
	}

	void createEmpty(String database) {
		execute("create database " + database);
	}

	synchronized void createMigrated(String database) {
		if (!this.templateMade) {
			createEmpty(TEMPLATE);
			SchemaMigration.migrate(dataSource(TEMPLATE), LocalDate.now(ZoneOffset.UTC), DAYS_BACK);
			this.templateMade = true;
		}
		execute("create database " + database + " template " + TEMPLATE);
	}

	void drop(String database) {
		execute("drop database if exists " + database + " with (force)");
	}

	private void execute(String sql) {
		try (Connection connection = dataSource("postgres").getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
