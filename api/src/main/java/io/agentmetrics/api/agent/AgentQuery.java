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
	 * Lists agents by name and id.
	 * @param search a part of their names in any case, or empty for all
	 * @param after the agent before the first to return, or empty to start
	 * @param limit how many at most
	 * @return the agents in order
	 */
	List<Agent> agents(String search, Optional<AgentPosition> after, int limit);

	/**
	 * Counts agents.
	 * @param search a part of their names in any case, or empty for all
	 * @return how many there are
	 */
	long count(String search);

}
