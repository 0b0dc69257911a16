package io.agentmetrics.api.limit;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Hands out connections to the database: in turn, and so that what a request does on them
 * can be stopped.
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
