package io.agentmetrics.api.agent;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import io.agentmetrics.api.health.HealthOverview;
import io.agentmetrics.api.health.HealthStatus;

/**
 * Where agents stand in a list, by what they have done lately: the lower, the earlier;
 * empty for those that are not in it.
 *
 * @param active the ranks of agents that have done something
 * @param idle the rank of all others
 */
record AgentRanks(Map<UUID, OptionalLong> active, OptionalLong idle) {

	/** All agents are in the list, and their names and ids alone order it. */
	static final AgentRanks EQUAL = new AgentRanks(Map.of(), OptionalLong.of(0));

	static AgentRanks of(AgentList list, HealthOverview overview) {
		boolean withIdle = list.health().contains(HealthStatus.NO_DATA);
		Map<UUID, OptionalLong> active = new HashMap<>();
		overview.agents().forEach((agent, entry) -> {
			if (list.health().contains(entry.health().status())) {
				active.put(agent, OptionalLong.of(list.order().rank(entry)));
			}
			else if (withIdle) {
				active.put(agent, OptionalLong.empty());
			}
		});
		return new AgentRanks(active, withIdle ? OptionalLong.of(list.order().idleRank()) : OptionalLong.empty());
	}

	/**
	 * Ranks agents that have run executions that match a filter.
	 * @param matching these agents, each with what it has done lately, if anything
	 */
	static AgentRanks of(AgentList list, HealthOverview overview, Map<UUID, Optional<HealthOverview.Entry>> matching) {
		Map<UUID, OptionalLong> ranks = HashMap.newHashMap(matching.size());
		matching.forEach((agent, entry) -> {
			if (list.health().contains(overview.of(agent).status())) {
				ranks.put(agent, OptionalLong.of(entry.map(list.order()::rank).orElseGet(list.order()::idleRank)));
			}
		});
		return new AgentRanks(ranks, OptionalLong.empty());
	}

	AgentPosition position(UUID id, String name) {
		OptionalLong rank = this.active.getOrDefault(id, this.idle);
		return new AgentPosition(rank.orElse(0), name, id);
	}

}
