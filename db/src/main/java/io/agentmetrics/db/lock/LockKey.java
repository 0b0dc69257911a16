package io.agentmetrics.db.lock;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * One advisory lock, and the statements that take it and give it back.
 *
 * @param lock what it is for
 * @param number which of its kind
 */
public record LockKey(AdvisoryLock lock, int number) {

	/** Gives back all locks of a session, the session's and not the transaction's. */
	public static final String RELEASE_ALL = "select pg_catalog.pg_advisory_unlock_all()";

	/**
	 * Takes the lock for a session that nobody else has it in, without waiting.
	 * @return whether the session holds it now
	 * @throws SQLException if the database cannot be used
	 */
	public boolean tryAlone(Connection session) throws SQLException {
		return isTrue(session, call("pg_try_advisory_lock"));
	}

	/**
	 * Takes the lock for a session that shares it with others, without waiting.
	 * @return whether the session holds it now
	 * @throws SQLException if somebody has it alone
	 */
	public boolean tryShared(Connection session) throws SQLException {
		return isTrue(session, call("pg_try_advisory_lock_shared"));
	}

	/**
	 * Takes the lock for a session, waiting for as long as its {@code lock_timeout} says.
	 * @throws LockTimeoutException if it is not free by then; says who has it
	 * @throws SQLException if the database cannot be used
	 */
	public void await(Connection session) throws SQLException {
		try (Statement statement = session.createStatement()) {
			statement.execute(inSession());
		}
		catch (SQLException ex) {
			if (LockTimeoutException.isTimeout(ex)) {
				throw new LockTimeoutException("The lock of " + this.lock.holder()
						+ " could not be taken in time: it is " + LockHolder.sentence(LockHolder.of(session, this)),
						ex);
			}
			throw ex;
		}
	}

	/**
	 * Gives the lock of a session back.
	 * @throws SQLException if the database cannot be used
	 */
	public void release(Connection session) throws SQLException {
		try (Statement statement = session.createStatement()) {
			statement.execute(call("pg_advisory_unlock"));
		}
	}

	/**
	 * Returns the statement that takes the lock until its session ends, waiting for as
	 * long as {@code lock_timeout} says.
	 * @return SQL of one row
	 */
	public String inSession() {
		return call("pg_advisory_lock");
	}

	/**
	 * Returns the statement that takes the lock until its transaction ends, waiting for
	 * as long as {@code lock_timeout} says.
	 * @return SQL of one row
	 */
	public String inTransaction() {
		return call("pg_advisory_xact_lock");
	}

	/**
	 * Returns the statement that takes the lock, together with others, until its
	 * transaction ends.
	 * @return SQL of one row
	 */
	public String sharedInTransaction() {
		return call("pg_advisory_xact_lock_shared");
	}

	private String call(String function) {
		return "select pg_catalog." + function + "(" + this.lock.arguments(this.number) + ")";
	}

	private static boolean isTrue(Connection session, String sql) throws SQLException {
		try (Statement statement = session.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getBoolean(1);
		}
	}

}
