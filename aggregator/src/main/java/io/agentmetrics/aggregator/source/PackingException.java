package io.agentmetrics.aggregator.source;

import java.sql.SQLException;

/**
 * PostgreSQL could not pack the executions of a slice within its limits. Part of them may
 * have been handed over already.
 */
public final class PackingException extends SQLException {

	PackingException(SQLException cause) {
		super(cause.getMessage(), cause.getSQLState(), cause);
	}

}
