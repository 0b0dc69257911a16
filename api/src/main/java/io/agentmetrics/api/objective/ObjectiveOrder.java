package io.agentmetrics.api.objective;

/**
 * By what objectives are ordered; the enum of the same name of the GraphQL schema.
 */
enum ObjectiveOrder {

	/** Least of the budget left first. */
	BUDGET_LEFT

}
