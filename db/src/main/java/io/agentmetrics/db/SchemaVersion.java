package io.agentmetrics.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

/**
 * The version of the schema that this release works with, checked without Liquibase.
 */
public final class SchemaVersion {

	/**
	 * The changelog's last changeset: changesets run in order, so with it all are there.
	 */
	static final String NEWEST_CHANGESET = "grants-of-annotations";

	private static final String UNDEFINED_TABLE = "42P01";

	private SchemaVersion() {
	}

	/**
	 * Refuses a database whose schema is missing or older than this release's.
	 * @throws SchemaNotCurrentException if it is missing or older
	 * @throws DatabaseUnreachableException if no connection can be opened
	 */
	public static void requireCurrent(DataSource dataSource) {
		try (Connection connection = connect(dataSource)) {
			if (!isCurrent(connection)) {
				throw new SchemaNotCurrentException();
			}
		}
		catch (SQLException ex) {
			throw new DatabaseUnreachableException(ex);
		}
	}

	static Connection connect(DataSource dataSource) {
		try {
			return dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new DatabaseUnreachableException(ex);
		}
	}

	/** Returns whether any changeset has run in the connection's schema. */
	static boolean isMigrated(Connection connection) throws SQLException {
		return hasRun(connection, "%");
	}

	private static boolean isCurrent(Connection connection) throws SQLException {
		return hasRun(connection, NEWEST_CHANGESET);
	}

	private static boolean hasRun(Connection connection, String changesets) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("""
				select exists (select from databasechangelog where author = 'agent-metrics' and id like ?)
				""")) {
			statement.setString(1, changesets);
			try (ResultSet result = statement.executeQuery()) {
				return result.next() && result.getBoolean(1);
			}
		}
		catch (SQLException ex) {
			if (UNDEFINED_TABLE.equals(ex.getSQLState())) {
				return false;
			}
			throw ex;
		}
	}

}
