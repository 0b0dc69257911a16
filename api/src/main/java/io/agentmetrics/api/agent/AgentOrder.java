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

	/**
	 * The most urgent first; of the same status, those with the most executions that
	 * failed, were slow, hang or are missing beyond what is usual for them, then those
	 * with the most executions.
	 */
	HEALTH,

	/** Most executions of the last 24 hours first. */
	EXECUTIONS,

	/**
	 * Highest error rate of the last 24 hours first; agents with too few finished
	 * executions come last, because the rate of a few says little.
	 */
	ERROR_RATE,

	/**
	 * Highest 95th percentile of the times of the last 24 hours first; agents without
	 * times come last.
	 */
	P95;

	/** Error rates are told apart to a billionth. */
	private static final double RATE_STEPS = 1e9;

	/** More damage or executions of a day than this are not told apart. */
	private static final long PLACES = 1L << 30;

	/** Returns the place of an agent: the lower, the earlier. */
	long rank(HealthOverview.Entry agent) {
		return switch (this) {
			case NAME -> 0;
			case HEALTH -> place(agent.health().status(), agent.health().damage(), agent.executions());
			case EXECUTIONS -> -agent.executions();
			case ERROR_RATE ->
				agent.ranked() ? Math.round(-RATE_STEPS * agent.failed() / agent.finished()) : idleRank();
			case P95 -> agent.p95Ms().isPresent() ? -agent.p95Ms().getAsLong() : idleRank();
		};
	}

	/** Whether what agents have done lately orders them, not how they are doing. */
	boolean isOfExecutions() {
		return this == EXECUTIONS || this == ERROR_RATE || this == P95;
	}

	/** Returns the place of agents that do nothing. */
	long idleRank() {
		return switch (this) {
			case NAME, EXECUTIONS -> 0;
			case HEALTH -> place(HealthStatus.NO_DATA, 0, 0);
			case ERROR_RATE, P95 -> 1;
		};
	}

	/** The status, then the rest counted down. */
	private static long place(HealthStatus status, long damage, long executions) {
		return (status.ordinal() * PLACES + PLACES - 1 - Math.min(damage, PLACES - 1)) * PLACES + PLACES - 1
				- Math.min(executions, PLACES - 1);
	}

}
