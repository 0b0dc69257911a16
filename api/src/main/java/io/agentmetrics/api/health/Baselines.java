package io.agentmetrics.api.health;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * What is usual for all agents.
 *
 * @param until when the last of the days ends that it is known from without a gap
 * @param agents each agent that has executions on these days
 */
record Baselines(Instant until, Map<UUID, Baseline> agents) {

	Baseline of(UUID agent) {
		return this.agents.getOrDefault(agent, Baseline.NONE);
	}

}
