package io.agentmetrics.api.objective;

/**
 * Whether an objective is met, the most urgent first; the enum of the same name of the
 * GraphQL schema.
 */
enum ObjectiveStatus {

	/** More executions have missed it than it allows. */
	BROKEN,

	/** The bound of the times reaches over the target. */
	UNDECIDED,

	/** No more executions have missed it than it allows. */
	MET,

	/** So few executions that it does not allow a single one of them to miss. */
	TOO_FEW,

	/** No executions. */
	NO_DATA

}
