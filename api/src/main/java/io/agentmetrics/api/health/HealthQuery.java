package io.agentmetrics.api.health;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Tells which agents are in trouble.
 */
public interface HealthQuery {

	/**
	 * Judges all agents, with as many statements for any number of them.
	 * @return how they are doing, at most a few seconds old
	 */
	HealthOverview overview();

	/**
	 * Lists executions that are stuck, with one statement for any number of agents.
	 * @param agents the agents, known or not
	 * @param first how many of each agent at most
	 * @return those of each agent that has any, the longest running first
	 */
	Map<UUID, List<StuckExecution>> stuckExecutions(Collection<UUID> agents, int first);

}
