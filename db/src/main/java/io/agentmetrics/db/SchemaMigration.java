package io.agentmetrics.db;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;

import javax.sql.DataSource;

import io.agentmetrics.db.lock.AdvisoryLock;
import io.agentmetrics.db.lock.LockTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema of a database up to date: the schema that the connection names first
 * is made if it is missing, then the changelog runs, then the partitions for the
 * executions of {@value #DAYS_BACK} days back to {@value #DAYS_AHEAD} days ahead, then
 * what the roles of readers and of writers may do.
 * <p>
 * It does so on one connection under a session advisory lock, so that of two migrations
 * one waits for the other, and the lock of one that was killed is gone with its session.
 */
public final class SchemaMigration {

	static final int DAYS_BACK = 400;

	static final int DAYS_AHEAD = 35;

	/** Another migration may have to write a large table anew. */
	private static final String WAIT_FOR_MIGRATION = "set lock_timeout = '10min'";

	/**
	 * Whoever waits for a table is waited for by all its readers and writers: rather fail
	 * and be run again.
	 */
	private static final String WAIT_FOR_TABLES = "set lock_timeout = '10s'";

	/** The first schema that the connection names, unless it is there; quoted. */
	private static final String MISSING_SCHEMA = """
			with named as (
				select case when first like '"%' then replace(trim(both '"' from first), '""', '"') else lower(first) end as name
				from btrim(split_part(pg_catalog.current_setting('search_path'), ',', 1)) first
			)
			select pg_catalog.quote_ident(name) from named
			where name not in ('', '$user') and not exists (select from pg_catalog.pg_namespace where nspname = name)
			""";

	private static final String FOREIGN_TABLES = """
			select pg_catalog.quote_ident(nspname), relname from pg_catalog.pg_class
			join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
			where nspname = pg_catalog.current_schema() and relname in ('agents', 'agent_executions')
			order by relname
			limit 1
			""";

	private static final Logger logger = LoggerFactory.getLogger(SchemaMigration.class);

	private SchemaMigration() {
	}

	/**
	 * Migrates the database, or finds that there is nothing to do.
	 * @param today the day around which partitions are made
	 * @throws DatabaseUnreachableException if no connection can be opened
	 * @throws UnsuitableDatabaseException if the schema has tables of the same names that
	 * are somebody else's
	 * @throws SchemaMigrationException if it fails; running it again is safe
	 */
	public static void migrate(DataSource dataSource, LocalDate today) {
		migrate(dataSource, today, DAYS_BACK);
	}

	/** The same with partitions for other than the usual number of days back. */
	static void migrate(DataSource dataSource, LocalDate today, int daysBack) {
		try (Connection connection = SchemaVersion.connect(dataSource)) {
			connection.setAutoCommit(true);
			run(connection, WAIT_FOR_MIGRATION);
			AdvisoryLock.MIGRATION.key().await(connection);
			try {
				run(connection, WAIT_FOR_TABLES);
				long start = System.nanoTime();
				makeSchema(connection);
				refuseForeignTables(connection);
				Changelog.update(connection);
				ensurePartitions(connection, today.minusDays(daysBack), today.plusDays(DAYS_AHEAD));
				grant(connection, "reader", "the API read");
				grant(connection, "writer", "the receiver write");
				logger.atInfo()
					.addKeyValue("version", SchemaVersion.NEWEST_CHANGESET)
					.addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
					.log("Schema is up to date");
			}
			finally {
				unlock(connection);
			}
		}
		catch (DatabaseUnreachableException | UnsuitableDatabaseException ex) {
			throw ex;
		}
		catch (Exception ex) {
			if (LockTimeoutException.isTimeout(ex) && !(ex instanceof LockTimeoutException)) {
				LockTimeoutException timeout = LockTimeoutException.explain(dataSource, ex);
				throw new SchemaMigrationException("The schema could not be migrated: " + timeout.getMessage(),
						timeout);
			}
			throw new SchemaMigrationException("The schema could not be migrated: " + ex.getMessage(), ex);
		}
	}

	private static void run(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/** Only the database's owner may, so it is tried only where it is missing. */
	private static void makeSchema(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(MISSING_SCHEMA)) {
			if (result.next()) {
				run(connection, "create schema " + result.getString(1));
			}
		}
	}

	private static void refuseForeignTables(Connection connection) throws SQLException {
		if (SchemaVersion.isMigrated(connection)) {
			return;
		}
		try (Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(FOREIGN_TABLES)) {
			if (result.next()) {
				throw new UnsuitableDatabaseException(
						("The schema %s has a table %s already, which is not Agent Metrics': "
								+ "name another schema in the connection, like SPRING_DATASOURCE_URL=jdbc:postgresql://…?currentSchema="
								+ "agent_metrics. It is made if it is missing.")
							.formatted(result.getString(1), result.getString(2)));
			}
		}
	}

	private static void ensurePartitions(Connection connection, LocalDate from, LocalDate to) throws SQLException {
		// the procedure commits partition by partition, which it may only outside a
		// transaction
		connection.setAutoCommit(true);
		try (CallableStatement statement = connection.prepareCall("call ensure_execution_partitions(?, ?)")) {
			statement.setObject(1, from);
			statement.setObject(2, to);
			statement.execute();
		}
	}

	/** Whoever does its work as a member of a role can do it as the owner as well. */
	private static void grant(Connection connection, String role, String purpose) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select grant_to_%s()".formatted(role));
				ResultSet result = statement.executeQuery()) {
			if (result.next() && !result.getBoolean(1)) {
				logger.warn(
						"There is no role agent_metrics_{}, and this user may not create it: to let {} as its member, "
								+ "run CREATE ROLE agent_metrics_{} NOLOGIN as an administrator and migrate again",
						role, purpose, role);
			}
		}
	}

	/** A pooled connection outlives the call, and its session lock would too. */
	private static void unlock(Connection connection) {
		try {
			AdvisoryLock.MIGRATION.key().release(connection);
			run(connection, "reset lock_timeout");
		}
		catch (SQLException ex) {
			logger.debug("The session has ended and its lock with it", ex);
		}
	}

}
