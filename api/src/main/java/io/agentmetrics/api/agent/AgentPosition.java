package io.agentmetrics.api.agent;

import java.util.UUID;

import io.agentmetrics.model.agent.Agent;

/**
 * An agent's place in the list ordered by name and id; it stays a place when the agent is
 * gone.
 *
 * @param name the agent's name
 * @param id the agent's id
 */
public record AgentPosition(String name, UUID id) {

	static AgentPosition of(Agent agent) {
		return new AgentPosition(agent.name(), agent.id());
	}

}
