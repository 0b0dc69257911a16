package io.agentmetrics.api.startup;

/**
 * Nobody has said which database to read, or not in a way that is understood.
 */
final class DatabaseNotConfiguredException extends RuntimeException {

	/**
	 * Creates the exception for an address that is none of a PostgreSQL.
	 * @param scheme how the address begins, without what may be secret in it
	 */
	DatabaseNotConfiguredException(String scheme) {
		super("SPRING_DATASOURCE_URL has to be like jdbc:postgresql://host:5432/name, but begins with \"" + scheme
				+ "\".");
	}

	DatabaseNotConfiguredException() {
		super("No database is configured: set SPRING_DATASOURCE_URL (jdbc:postgresql://host:5432/name), "
				+ "SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD.");
	}

}
