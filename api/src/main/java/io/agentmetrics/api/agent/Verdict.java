package io.agentmetrics.api.agent;

/**
 * What a test says of a difference between two slices; the enum of the same name of the
 * GraphQL schema.
 */
enum Verdict {

	/** The candidate's is lower by more than chance. */
	LOWER,
	/** The candidate's is higher by more than chance. */
	HIGHER,
	/** They differ by more than chance, but some of its numbers rose and others fell. */
	DIFFERENT,
	/** No difference that chance does not explain. */
	NOT_SIGNIFICANT,
	/** Too few executions to tell. */
	TOO_FEW,
	/** Differences are shown, but not tested. */
	NOT_TESTED;

	boolean isSignificant() {
		return this == LOWER || this == HIGHER || this == DIFFERENT;
	}

}
