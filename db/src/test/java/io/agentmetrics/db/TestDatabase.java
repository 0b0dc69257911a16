package io.agentmetrics.db;

import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

/**
 * A PostgreSQL database for one test or test class, dropped when closed. Any number may
 * be open at once; they share one server per JVM.
 */
public final class TestDatabase implements AutoCloseable {

	private static final AtomicInteger created = new AtomicInteger();

	private final String name = "test_" + created.incrementAndGet();

	private final TestServer server;

	private TestDatabase(TestServer server) {
		this.server = server;
	}

	/**
	 * Makes a database with the current schema and partitions from 100 days before the
	 * real today.
	 * @return the new database
	 */
	public static TestDatabase create() {
		return migrated(TestServer.instance());
	}

	/**
	 * Makes the same on a server of its own.
	 * @return the new database
	 */
	public static TestDatabase createAlone() {
		return migrated(TestServer.another());
	}

	/**
	 * Makes a database without any table.
	 * @return the new database
	 */
	public static TestDatabase empty() {
		TestDatabase database = new TestDatabase(TestServer.instance());
		database.server.createEmpty(database.name);
		return database;
	}

	private static TestDatabase migrated(TestServer server) {
		TestDatabase database = new TestDatabase(server);
		server.createMigrated(database.name);
		return database;
	}

	/**
	 * Starts a hot standby of this database's server; only where it is
	 * {@linkplain #createAlone() its own}.
	 * @return the standby, stopped when closed
	 */
	public TestStandby standby() {
		requireAlone();
		return new TestStandby(this.server.standby(), this.name, dataSource());
	}

	/**
	 * Returns connections to the database, a new one each time.
	 * @return an unpooled data source
	 */
	public DataSource dataSource() {
		return this.server.dataSource(this.name);
	}

	/**
	 * Returns the JDBC URL, to which {@link #username()} connects with any password.
	 * @return the URL
	 */
	public String url() {
		return this.server.url(this.name);
	}

	public String username() {
		return TestServer.USERNAME;
	}

	/**
	 * Shuts the server down and starts it again, which ends every connection; only where
	 * it is {@linkplain #createAlone() its own}.
	 */
	public void restartServer() {
		requireAlone();
		this.server.restart();
	}

	/**
	 * Lets the server crash and recover, which ends every connection; only where it is
	 * {@linkplain #createAlone() its own}.
	 */
	public void crashServer() {
		requireAlone();
		this.server.crash();
	}

	private void requireAlone() {
		if (!isAlone()) {
			throw new IllegalStateException("Other tests use this server, too");
		}
	}

	/** Drops the database, whoever is still connected, and stops a server of its own. */
	@Override
	public void close() {
		this.server.drop(this.name);
		if (isAlone()) {
			this.server.stop();
		}
	}

	private boolean isAlone() {
		return this.server != TestServer.instance();
	}

}
