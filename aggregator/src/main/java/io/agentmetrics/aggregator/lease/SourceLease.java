package io.agentmetrics.aggregator.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import io.agentmetrics.db.lock.LockKey;

/**
 * The right to connect, disconnect or import a source, which one process has at a time.
 * It ends with its connection, however the process does.
 */
public final class SourceLease implements AutoCloseable {

	private final Connection connection;

	SourceLease(Connection connection) {
		this.connection = connection;
	}

	@Override
	public void close() throws SQLException {
		// by a statement: that a connection was closed PostgreSQL notices a moment later
		try (this.connection; Statement statement = this.connection.createStatement()) {
			statement.execute(LockKey.RELEASE_ALL);
		}
	}

}
