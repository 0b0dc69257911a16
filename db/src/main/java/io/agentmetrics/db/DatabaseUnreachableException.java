package io.agentmetrics.db;

import java.sql.SQLException;

/**
 * No connection to the database could be opened.
 */
public final class DatabaseUnreachableException extends RuntimeException {

	DatabaseUnreachableException(SQLException cause) {
		super("The database cannot be reached: " + cause.getMessage(), cause);
	}

}
