package io.agentmetrics.api.dashboard;

/**
 * By what agents are ranked.
 */
enum Ranking {

	/** Highest success rate first. */
	TOP_PERFORMING,

	/** Only those with issues, highest error rate first. */
	WITH_ISSUES

}
