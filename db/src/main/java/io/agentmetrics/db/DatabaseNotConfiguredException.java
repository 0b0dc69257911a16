package io.agentmetrics.db;

/**
 * Thrown when no database is configured; the message names the variables to set.
 */
public final class DatabaseNotConfiguredException extends RuntimeException {

	DatabaseNotConfiguredException() {
		super("No database is configured: set SPRING_DATASOURCE_URL (jdbc:postgresql://host:5432/name), "
				+ "SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD.");
	}

}
