package io.agentmetrics.api.health;

/**
 * What an agent is judged by; the enum of the same name of the GraphQL schema.
 */
enum HealthRule {

	/** Executions fail more often than before, or too often anyway. */
	ERROR_RATE,

	/** Executions take longer than before. */
	LATENCY,

	/** Executions have been in progress for much longer than others took. */
	STUCK,

	/** None has started for much longer than there is usually none. */
	SILENT

}
