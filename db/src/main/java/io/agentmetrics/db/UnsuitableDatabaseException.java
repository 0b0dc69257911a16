package io.agentmetrics.db;

/**
 * The database is deployed in a way in which the programs would be silently wrong; the
 * message is one sentence that says what to do.
 */
public final class UnsuitableDatabaseException extends RuntimeException {

	UnsuitableDatabaseException(String message) {
		super(message);
	}

}
