package io.agentmetrics.api.health;

/**
 * How an agent is doing, the most urgent first; the enum of the same name of the GraphQL
 * schema.
 */
public enum HealthStatus {

	/** Somebody should look now. */
	ALERT,

	/** Somebody should look today. */
	WARN,

	/** Nothing unusual. */
	OK,

	/** It runs, but too seldom to tell. */
	TOO_FEW,

	/** No executions in the last 24 hours, and none in progress. */
	NO_DATA

}
