package io.agentmetrics.db;

/**
 * Thrown when the database lacks the schema that this release works with; the message is
 * one sentence that says what to run.
 */
public final class SchemaNotCurrentException extends RuntimeException {

	SchemaNotCurrentException() {
		super("The database has no Agent Metrics schema, or an older one: run `java -jar aggregator.jar migrate`.");
	}

}
