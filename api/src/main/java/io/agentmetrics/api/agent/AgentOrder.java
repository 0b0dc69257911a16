package io.agentmetrics.api.agent;

import io.agentmetrics.api.health.HealthOverview;
import io.agentmetrics.api.health.HealthStatus;

/**
 * By what agents are ordered, then by name and id; the enum of the same name of the
 * GraphQL schema.
 */
public enum AgentOrder {

	/** By name and id alone. */
	NAME,

	/** The most urgent first. */
	HEALTH,

	/** Most executions of the last 24 hours first. */
	EXECUTIONS,

	/**
	 * Highest error rate of the last 24 hours first; agents with too few finished
	 * executions come last, because the rate of a few says little.
	 */
	ERROR_RATE;

	/** Error rates are told apart to a billionth. */
	private static final double RATE_STEPS = 1e9;

	/** Returns the place of an agent: the lower, the earlier. */
	long rank(HealthOverview.Entry agent) {
		return switch (this) {
			case NAME -> 0;
			case HEALTH -> agent.health().status().ordinal();
			case EXECUTIONS -> -agent.executions();
			case ERROR_RATE ->
				agent.ranked() ? Math.round(-RATE_STEPS * agent.failed() / agent.finished()) : idleRank();
		};
	}

	/** Returns the place of agents that do nothing. */
	long idleRank() {
		return switch (this) {
			case NAME, EXECUTIONS -> 0;
			case HEALTH -> HealthStatus.NO_DATA.ordinal();
			case ERROR_RATE -> 1;
		};
	}

}
