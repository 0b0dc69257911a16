package io.agentmetrics.db.lock;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a lock could not be taken in time; the message says who had it, as far as
 * PostgreSQL tells.
 */
public final class LockTimeoutException extends RuntimeException {

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	LockTimeoutException(String message, Throwable cause) {
		super(message, cause);
	}

	/**
	 * Returns whether a statement has failed because it waited for a lock for as long as
	 * {@code lock_timeout} allows.
	 */
	public static boolean isTimeout(@Nullable Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns an exception that says who has locked our tables, after a statement had to
	 * wait for too long.
	 */
	public static LockTimeoutException explain(DataSource dataSource, Throwable timeout) {
		String holders;
		try (Connection connection = dataSource.getConnection()) {
			holders = "its tables are " + LockHolder.sentence(LockHolder.ofTables(connection));
		}
		catch (SQLException ex) {
			timeout.addSuppressed(ex);
			holders = "who has it is not known";
		}
		return new LockTimeoutException("A lock in the database could not be taken in time: " + holders, timeout);
	}

}
