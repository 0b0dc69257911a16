package io.agentmetrics.db;

/**
 * Thrown when the schema could not be brought up to date; the cause says why.
 */
public final class SchemaMigrationException extends RuntimeException {

	SchemaMigrationException(String message, Throwable cause) {
		super(message, cause);
	}

}
