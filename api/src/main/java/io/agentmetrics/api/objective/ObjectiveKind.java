package io.agentmetrics.api.objective;

/**
 * What an objective is about; the enum of the same name of the GraphQL schema.
 */
enum ObjectiveKind {

	/** The share of finished executions that succeed. */
	SUCCESS_RATE,

	/** The share of timed executions that take no longer than a limit. */
	EXECUTION_TIME

}
