package io.agentmetrics.api.push;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Something has changed since the last look.
 *
 * @param agents the agents whose executions have changed; empty if any may have
 */
record Change(Optional<Set<UUID>> agents) {

	static final Change ANYTHING = new Change(Optional.empty());

	/**
	 * Tells whether answers about an agent may have changed.
	 * @param agent the agent, or empty for all of them together
	 * @return whether to look
	 */
	boolean concerns(Optional<UUID> agent) {
		return this.agents.isEmpty() || agent.isEmpty() || this.agents.get().contains(agent.get());
	}

}
