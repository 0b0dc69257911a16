package io.agentmetrics.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Checks at the start that refuse databases on which the programs would be silently
 * wrong.
 */
public final class SuitableDatabase {

	private static final String PREFIX = "jdbc:postgresql:";

	/** The start of a URL that may be shown; the rest may be a login and a password. */
	private static final Pattern KIND = Pattern.compile("jdbc:\\w+:|[\\w+.-]+:(?=//)");

	/** Any user may set a setting whose name has a dot. */
	private static final String MARK = "select set_config('agent_metrics.session', ?, false)";

	private static final String MARKED = "select current_setting('agent_metrics.session', true)";

	private static final int ROUNDS = 5;

	private static final String IN_RECOVERY = "select pg_catalog.pg_is_in_recovery()";

	/** Citus lists the tables that it distributes in pg_dist_partition. */
	private static final String HAS_CITUS = "select pg_catalog.to_regclass('pg_dist_partition') is not null";

	private static final String DISTRIBUTED = """
			select exists (select from pg_dist_partition
				where logicalrel::oid = pg_catalog.to_regclass('agent_executions')::oid)
			""";

	private SuitableDatabase() {
	}

	/**
	 * Refuses a URL that is not one of PostgreSQL's. The driver would only say that it
	 * does not accept it.
	 * @param url the JDBC URL, null or blank where nobody has set one
	 * @throws DatabaseNotConfiguredException if there is none
	 * @throws UnsuitableDatabaseException if it is another database's
	 */
	public static void requirePostgres(@Nullable String url) {
		if (url == null || url.isBlank()) {
			throw new DatabaseNotConfiguredException();
		}
		if (!url.startsWith(PREFIX)) {
			Matcher kind = KIND.matcher(url);
			throw new UnsuitableDatabaseException(
					"SPRING_DATASOURCE_URL has to be like jdbc:postgresql://host:5432/name"
							+ (kind.lookingAt() ? ", but begins with " + kind.group() : "."));
		}
	}

	/**
	 * Refuses a database whose connections change their session between transactions, or
	 * whose executions are distributed. A pooler that hands transactions to any session
	 * would lose settings, mix those of several clients, and give one session's lock to
	 * two of them. It is tried on connections of their own, on which nothing else is set.
	 * @param username the login, null if the URL has it
	 * @param password its password, null if it needs none
	 * @throws UnsuitableDatabaseException if it is not so
	 * @throws DatabaseUnreachableException if no connection can be opened
	 */
	public static void require(String url, @Nullable String username, @Nullable String password) {
		Properties properties = new Properties();
		properties.setProperty("ApplicationName", "agent-metrics-start");
		setIfPresent(properties, "user", username);
		setIfPresent(properties, "password", password);
		try (Connection one = DriverManager.getConnection(url, properties);
				Connection other = DriverManager.getConnection(url, properties)) {
			if (!staySessions(one, other)) {
				throw new UnsuitableDatabaseException("The database is behind a pooler that hands each transaction to "
						+ "another session (PgBouncer's pool_mode = transaction or statement): connect to PostgreSQL "
						+ "directly, or by pool_mode = session.");
			}
			if (isTrue(one, HAS_CITUS) && isTrue(one, DISTRIBUTED)) {
				throw new UnsuitableDatabaseException("The table agent_executions is distributed by Citus, whose nodes "
						+ "number their transactions differently, so that changes would be missed: undistribute it "
						+ "(select undistribute_table('agent_executions')), or use a database of one node.");
			}
		}
		catch (SQLException ex) {
			throw new DatabaseUnreachableException(ex);
		}
	}

	private static void setIfPresent(Properties properties, String name, @Nullable String value) {
		if (value != null) {
			properties.setProperty(name, value);
		}
	}

	/**
	 * Refuses a database that takes no changes.
	 * @throws UnsuitableDatabaseException if it is a standby
	 * @throws DatabaseUnreachableException if no connection can be opened
	 */
	public static void requirePrimary(DataSource dataSource) {
		try (Connection connection = SchemaVersion.connect(dataSource)) {
			if (isTrue(connection, IN_RECOVERY)) {
				throw new UnsuitableDatabaseException(
						"The database is a standby, which takes no changes: connect to its primary.");
			}
		}
		catch (SQLException ex) {
			throw new DatabaseUnreachableException(ex);
		}
	}

	/**
	 * A pooler gives the next transaction the session that was free last, or that was
	 * free for longest: in this order of two clients one of them meets the other's mark
	 * either way.
	 */
	private static boolean staySessions(Connection one, Connection other) throws SQLException {
		Client first = new Client(one, UUID.randomUUID().toString());
		Client second = new Client(other, UUID.randomUUID().toString());
		first.mark(first.mark());
		second.mark(second.mark());
		boolean same = true;
		for (int round = 0; round < ROUNDS; round++) {
			for (Client client : List.of(first, first, second, first, second, second)) {
				same &= client.isMarked();
			}
		}
		first.mark("");
		second.mark("");
		return same;
	}

	private static boolean isTrue(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			return result.next() && result.getBoolean(1);
		}
	}

	/**
	 * A connection and what its session was marked with.
	 */
	private record Client(Connection connection, String mark) {

		void mark(String value) throws SQLException {
			try (PreparedStatement statement = this.connection.prepareStatement(MARK)) {
				statement.setString(1, value);
				statement.execute();
			}
		}

		boolean isMarked() throws SQLException {
			try (Statement statement = this.connection.createStatement();
					ResultSet result = statement.executeQuery(MARKED)) {
				return result.next() && this.mark.equals(result.getString(1));
			}
		}

	}

}
