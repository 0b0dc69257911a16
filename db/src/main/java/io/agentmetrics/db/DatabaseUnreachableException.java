package io.agentmetrics.db;

import java.sql.SQLException;

/**
 * Thrown when no connection to the database can be opened.
 */
public final class DatabaseUnreachableException extends RuntimeException {

	DatabaseUnreachableException(SQLException cause) {
		super("The database cannot be reached: " + cause.getMessage(), cause);
	}

}
