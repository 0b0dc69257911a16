package io.agentmetrics.api.startup;

/**
 * Nobody has said which database to read.
 */
final class DatabaseNotConfiguredException extends RuntimeException {

	DatabaseNotConfiguredException() {
		super("No database is configured: set SPRING_DATASOURCE_URL (jdbc:postgresql://host:5432/name), "
				+ "SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD.");
	}

}
