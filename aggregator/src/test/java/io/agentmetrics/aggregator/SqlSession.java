package io.agentmetrics.aggregator;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

/**
 * One connection of a test, whose days are those of UTC; transactions are begun and ended
 * by hand.
 */
final class SqlSession implements AutoCloseable {

	private final Connection connection;

	SqlSession(DataSource dataSource) {
		try {
			this.connection = dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		run("set time zone 'UTC'");
	}

	int run(String sql, Object... arguments) {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql.formatted(arguments));
			return statement.getUpdateCount();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The columns of each row as text. */
	List<List<String>> rows(String sql, Object... arguments) {
		try (Statement statement = this.connection.createStatement();
				ResultSet result = statement.executeQuery(sql.formatted(arguments))) {
			List<List<String>> rows = new ArrayList<>();
			while (result.next()) {
				List<String> row = new ArrayList<>();
				for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
					row.add(Objects.requireNonNullElse(result.getString(column), "null"));
				}
				rows.add(row);
			}
			return rows;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	List<String> column(String sql, Object... arguments) {
		return rows(sql, arguments).stream().map(List::getFirst).toList();
	}

	String value(String sql, Object... arguments) {
		List<String> values = column(sql, arguments);
		if (values.size() != 1) {
			throw new IllegalStateException("%d rows instead of one: %s".formatted(values.size(), sql));
		}
		return values.getFirst();
	}

	long number(String sql, Object... arguments) {
		return Long.parseLong(value(sql, arguments));
	}

	/** The first column as key of the second. */
	Map<String, String> map(String sql, Object... arguments) {
		Map<String, String> map = new LinkedHashMap<>();
		rows(sql, arguments).forEach((row) -> map.put(row.getFirst(), row.get(1)));
		return map;
	}

	/** One bytea column by a key. */
	Map<String, byte[]> bytes(String sql, Object... arguments) {
		try (Statement statement = this.connection.createStatement();
				ResultSet result = statement.executeQuery(sql.formatted(arguments))) {
			Map<String, byte[]> bytes = new LinkedHashMap<>();
			while (result.next()) {
				bytes.put(result.getString(1), result.getBytes(2));
			}
			return bytes;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
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
