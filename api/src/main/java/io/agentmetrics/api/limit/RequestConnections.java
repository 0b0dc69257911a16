package io.agentmetrics.api.limit;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The data source that requests use: a request waits for its turn to get a connection,
 * and its statements can be cancelled.
 */
final class RequestConnections extends DelegatingDataSource {

	RequestConnections(DataSource dataSource) {
		super(dataSource);
	}

	@Override
	public Connection getConnection() throws SQLException {
		RequestWork work = RequestWork.current().orElse(null);
		if (work == null) {
			return super.getConnection();
		}
		Turn turn = RequestWork.turn();
		try {
			work.requireWanted();
			return HeldConnection.open(super.getConnection(), work, turn);
		}
		catch (SQLException | RuntimeException ex) {
			turn.close();
			throw ex;
		}
	}

}
