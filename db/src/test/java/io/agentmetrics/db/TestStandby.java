package io.agentmetrics.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

/**
 * A hot standby of the server of a {@link TestDatabase}.
 */
public final class TestStandby implements AutoCloseable {

	private final TestServer server;

	private final String database;

	private final DataSource primary;

	TestStandby(TestServer server, String database, DataSource primary) {
		this.server = server;
		this.database = database;
		this.primary = primary;
		replayAll();
	}

	/**
	 * Returns connections to the database as the standby has it.
	 * @return an unpooled data source
	 */
	public DataSource dataSource() {
		return this.server.dataSource(this.database);
	}

	/**
	 * Returns the JDBC URL.
	 * @return the URL
	 */
	public String url() {
		return this.server.url(this.database);
	}

	public String username() {
		return TestServer.USERNAME;
	}

	/** Waits until all that is committed on the primary is to be seen here. */
	public void replayAll() {
		String written = ask(this.primary, "select pg_current_wal_lsn()");
		for (int attempt = 0; attempt < 600; attempt++) {
			if (ask(dataSource(), "select coalesce(pg_last_wal_replay_lsn() >= '" + written + "'::pg_lsn, false)")
				.equals("t")) {
				return;
			}
			try {
				TimeUnit.MILLISECONDS.sleep(50);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
		throw new IllegalStateException("The standby does not replay");
	}

	/** What is committed from now on is not to be seen here. */
	public void pauseReplay() {
		ask(dataSource(), "select pg_wal_replay_pause()");
		while (!ask(dataSource(), "select pg_get_wal_replay_pause_state()").equals("paused")) {
			Thread.onSpinWait();
		}
	}

	public void resumeReplay() {
		ask(dataSource(), "select pg_wal_replay_resume()");
	}

	/** Makes it a primary of its own. */
	public void promote() {
		ask(dataSource(), "select pg_promote()");
	}

	private static String ask(DataSource server, String sql) {
		try (Connection connection = server.getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return String.valueOf(result.getString(1));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.server.stop();
	}

}
