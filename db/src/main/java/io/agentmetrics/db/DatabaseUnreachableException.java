package io.agentmetrics.db;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when no connection to the database can be opened.
 */
public final class DatabaseUnreachableException extends RuntimeException {

	DatabaseUnreachableException(SQLException cause) {
		super("The database cannot be reached: " + driverMessage(cause), cause);
	}

	/** A pool only says that it waited; the driver says what for. */
	private static @Nullable String driverMessage(SQLException failure) {
		String message = failure.getMessage();
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException) {
				message = cause.getMessage();
			}
		}
		return message;
	}

}
