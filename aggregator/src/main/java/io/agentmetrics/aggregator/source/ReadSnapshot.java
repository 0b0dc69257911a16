package io.agentmetrics.aggregator.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One moment of the database that all readers of a run share. What it cannot see (a
 * transaction still open, a row written later) is exactly what the next run finds
 * changed.
 */
public final class ReadSnapshot implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ReadSnapshot.class);

	private final DataSource dataSource;

	private final Connection connection;

	private final String exportedId;

	private final String visibility;

	private ReadSnapshot(DataSource dataSource, Connection connection, String exportedId, String visibility) {
		this.dataSource = dataSource;
		this.connection = connection;
		this.exportedId = exportedId;
		this.visibility = visibility;
	}

	/**
	 * Takes a snapshot of now; it lasts until it is closed.
	 * @param dataSource gives the connection that keeps the snapshot, and the readers'
	 */
	public static ReadSnapshot take(DataSource dataSource) throws SQLException {
		Connection connection = dataSource.getConnection();
		try {
			beginReading(connection);
			try (Statement statement = connection.createStatement()) {
				// a table that another run drops is gone from every snapshot
				statement.execute("lock table only agent_executions in access share mode");
				try (ResultSet result = statement
					.executeQuery("select pg_export_snapshot(), pg_current_snapshot()::text")) {
					result.next();
					return new ReadSnapshot(dataSource, connection, result.getString(1), result.getString(2));
				}
			}
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * Returns which transactions the snapshot sees.
	 * @return PostgreSQL's text of a {@code pg_snapshot}
	 */
	public String visibility() {
		return this.visibility;
	}

	/** Opens a reader that sees exactly this snapshot. */
	public SliceReader openReader() throws SQLException {
		Connection reader = this.dataSource.getConnection();
		try {
			return SliceReader.begin(reader, this.exportedId);
		}
		catch (SQLException ex) {
			reader.close();
			throw ex;
		}
	}

	/** The connection that sees the snapshot, for statements of one thread at a time. */
	Connection connection() {
		return this.connection;
	}

	@Override
	public void close() {
		try (this.connection) {
			this.connection.rollback();
		}
		catch (SQLException ex) {
			logger.warn("The snapshot's connection did not close", ex);
		}
	}

	static void beginReading(Connection connection) throws SQLException {
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("set transaction isolation level repeatable read, read only");
		}
	}

}
