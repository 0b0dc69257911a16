package io.agentmetrics.api.agent;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.model.agent.Agent;

/**
 * Finds agents.
 */
public interface AgentQuery {

	/**
	 * Finds one agent.
	 * @param id the agent
	 * @return the agent, or empty if it is not known
	 */
	Optional<Agent> agent(UUID id);

	/**
	 * Lists agents by rank, name and id.
	 * @param search a part of their names in any case, or empty for all
	 * @param ranks where they stand
	 * @param after the place to go on after
	 * @param limit how many at most
	 * @return the agents in order
	 */
	List<Agent> agents(String search, AgentRanks ranks, AgentPosition after, int limit);

	/**
	 * Counts agents.
	 * @param search a part of their names in any case, or empty for all
	 * @param ranks which of them are in the list
	 * @return how many there are
	 */
	long count(String search, AgentRanks ranks);

}
