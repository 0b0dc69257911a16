package io.agentmetrics.aggregator.rollup;

import java.util.Set;
import java.util.UUID;

/**
 * Whose executions a piece of work is about.
 */
public sealed interface AgentSelection {

	/**
	 * Every agent whose identifier falls to a shard.
	 *
	 * @param shard the shard
	 */
	record Sharded(Shard shard) implements AgentSelection {
	}

	/**
	 * These agents and no others.
	 *
	 * @param agents the agents, at least one
	 */
	record Only(Set<UUID> agents) implements AgentSelection {

		public Only {
			agents = Set.copyOf(agents);
			if (agents.isEmpty()) {
				throw new IllegalArgumentException("A selection of agents names at least one");
			}
		}

	}

}
