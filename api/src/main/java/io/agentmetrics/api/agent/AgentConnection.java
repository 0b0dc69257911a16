package io.agentmetrics.api.agent;

import java.util.List;

import io.agentmetrics.api.graphql.Edge;
import io.agentmetrics.api.graphql.PageInfo;
import io.agentmetrics.model.agent.Agent;

/**
 * A page of agents.
 *
 * @param search what the agents were searched by
 */
record AgentConnection(List<Edge<Agent>> edges, PageInfo pageInfo, String search, AgentRanks ranks) {

	/**
	 * Creates a page.
	 * @param found one agent more than fits, if there are more
	 * @param continued whether there are agents before the page
	 */
	static AgentConnection of(List<Agent> found, int first, AgentList list, AgentRanks ranks, boolean continued) {
		List<Edge<Agent>> edges = found.stream()
			.limit(first)
			.map((agent) -> new Edge<>(list.cursor(ranks.position(agent.id(), agent.name())), agent))
			.toList();
		return new AgentConnection(edges, PageInfo.of(edges, found.size() > first, continued), list.search(), ranks);
	}

}
