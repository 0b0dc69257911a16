package io.agentmetrics.api.agent;

import java.util.UUID;

/**
 * An agent's place in a list ordered by rank, name and id; it stays a place when the
 * agent is gone or its rank another.
 *
 * @param rank what the list is ordered by, the lower the earlier; always 0 in a list
 * ordered by name
 */
record AgentPosition(long rank, String name, UUID id) {

	/** Before every agent: no name is empty. */
	static final AgentPosition START = new AgentPosition(Long.MIN_VALUE, "", new UUID(0, 0));

}
