package io.agentmetrics.db;

/**
 * Thrown when the programs would be silently wrong on a database; the message is one
 * sentence that says what to do.
 */
public final class UnsuitableDatabaseException extends RuntimeException {

	UnsuitableDatabaseException(String message) {
		super(message);
	}

}
