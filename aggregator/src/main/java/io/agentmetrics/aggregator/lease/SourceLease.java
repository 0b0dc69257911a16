package io.agentmetrics.aggregator.lease;

import java.sql.Connection;
import java.sql.SQLException;

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
		this.connection.close();
	}

}
