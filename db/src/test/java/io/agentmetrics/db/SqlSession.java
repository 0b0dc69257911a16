package io.agentmetrics.db;

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
 * One connection of a test, whose days are those of UTC. Statements take arguments as
 * {@link String#formatted} does; transactions are begun and ended by hand.
 */
public final class SqlSession implements AutoCloseable {

	private final Connection connection;

	public SqlSession(DataSource dataSource) {
		try {
			this.connection = dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		run("set time zone 'UTC'");
	}

	public Connection connection() {
		return this.connection;
	}

	public int run(String sql, Object... arguments) {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(formatted(sql, arguments));
			return statement.getUpdateCount();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The columns of each row as text. */
	public List<List<String>> rows(String sql, Object... arguments) {
		try (Statement statement = this.connection.createStatement();
				ResultSet result = statement.executeQuery(formatted(sql, arguments))) {
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

	public List<String> column(String sql, Object... arguments) {
		return rows(sql, arguments).stream().map(List::getFirst).toList();
	}

	public String value(String sql, Object... arguments) {
		List<String> values = column(sql, arguments);
		if (values.size() != 1) {
			throw new IllegalStateException("%d rows instead of one: %s".formatted(values.size(), sql));
		}
		return values.getFirst();
	}

	public long number(String sql, Object... arguments) {
		return Long.parseLong(value(sql, arguments));
	}

	/** The first column as key of the second. */
	public Map<String, String> map(String sql, Object... arguments) {
		Map<String, String> map = new LinkedHashMap<>();
		rows(sql, arguments).forEach((row) -> map.put(row.getFirst(), row.get(1)));
		return map;
	}

	/** One bytea column by a key. */
	public Map<String, byte[]> bytes(String sql, Object... arguments) {
		try (Statement statement = this.connection.createStatement();
				ResultSet result = statement.executeQuery(formatted(sql, arguments))) {
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

	/** As it is without arguments, since SQL has its own per cent signs. */
	private static String formatted(String sql, Object... arguments) {
		return (arguments.length > 0) ? sql.formatted(arguments) : sql;
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
