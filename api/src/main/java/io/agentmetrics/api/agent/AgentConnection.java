package io.agentmetrics.api.agent;

import java.util.List;
import java.util.Optional;

import io.agentmetrics.model.agent.Agent;

/**
 * A page of agents.
 *
 * @param edges the agents with their cursors
 * @param pageInfo where the page lies in the list
 * @param search what the agents were searched by
 */
record AgentConnection(List<Edge> edges, PageInfo pageInfo, String search) {

	/**
	 * Makes a page.
	 * @param found one agent more than fits, if there are more
	 * @param first how many fit
	 * @param search what the agents were searched by
	 * @param continued whether there are agents before the page
	 * @return the page
	 */
	static AgentConnection of(List<Agent> found, int first, String search, boolean continued) {
		List<Edge> edges = found.stream()
			.limit(first)
			.map((agent) -> new Edge(AgentCursor.encode(AgentPosition.of(agent), search), agent))
			.toList();
		PageInfo pageInfo = new PageInfo(found.size() > first, continued, edges.stream().findFirst().map(Edge::cursor),
				edges.reversed().stream().findFirst().map(Edge::cursor));
		return new AgentConnection(edges, pageInfo, search);
	}

	/**
	 * An agent's place in the list.
	 *
	 * @param cursor where to go on after it
	 * @param node the agent
	 */
	record Edge(String cursor, Agent node) {
	}

	/**
	 * Where a page lies in its list.
	 *
	 * @param hasNextPage whether there are agents after it
	 * @param hasPreviousPage whether there are agents before it
	 * @param startCursor the first agent's cursor
	 * @param endCursor the last agent's cursor
	 */
	record PageInfo(boolean hasNextPage, boolean hasPreviousPage, Optional<String> startCursor,
			Optional<String> endCursor) {
	}

}
