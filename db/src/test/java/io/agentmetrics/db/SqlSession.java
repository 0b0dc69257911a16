package io.agentmetrics.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

/**
 * One connection for tests that are about SQL itself; transactions are begun and ended by
 * hand.
 */
final class SqlSession implements AutoCloseable {

	private final Connection connection;

	SqlSession(DataSource dataSource) {
		try {
			this.connection = dataSource.getConnection();
			// what tests read as text does not depend on where they run
			run("set time zone 'UTC'");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	Connection connection() {
		return this.connection;
	}

	int run(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
			return statement.getUpdateCount();
		}
	}

	/** The first column of every row, as text. */
	List<String> column(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			List<String> values = new ArrayList<>();
			while (result.next()) {
				values.add(Objects.requireNonNullElse(result.getString(1), "null"));
			}
			return values;
		}
	}

	String value(String sql) throws SQLException {
		List<String> values = column(sql);
		if (values.size() != 1) {
			throw new IllegalStateException("%d rows instead of one: %s".formatted(values.size(), sql));
		}
		return values.getFirst();
	}

	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
