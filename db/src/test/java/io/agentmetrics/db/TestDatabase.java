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

	private TestDatabase() {
	}

	/**
	 * Makes a database with the current schema and partitions around the real today.
	 * @return the new database
	 */
	public static TestDatabase create() {
		TestDatabase database = new TestDatabase();
		TestServer.instance().createMigrated(database.name);
		return database;
	}

	/**
	 * Makes a database without any table.
	 * @return the new database
	 */
	public static TestDatabase empty() {
		TestDatabase database = new TestDatabase();
		TestServer.instance().createEmpty(database.name);
		return database;
	}

	/**
	 * Returns connections to the database, a new one each time.
	 * @return an unpooled data source
	 */
	public DataSource dataSource() {
		return TestServer.instance().dataSource(this.name);
	}

	/**
	 * Returns the JDBC URL, to which {@link #username()} connects with any password.
	 * @return the URL
	 */
	public String url() {
		return TestServer.instance().url(this.name);
	}

	public String username() {
		return TestServer.USERNAME;
	}

	/** Drops the database, whoever is still connected. */
	@Override
	public void close() {
		TestServer.instance().drop(this.name);
	}

}
