package io.agentmetrics.api.objective;

import java.util.List;

import io.agentmetrics.api.graphql.Edge;
import io.agentmetrics.api.graphql.ListCursors;
import io.agentmetrics.api.graphql.PageInfo;

/**
 * A page of agents' objectives.
 *
 * @param totalCount how many there are on all pages
 * @param problems what the settings name and is not there, in sentences
 */
record ObjectiveConnection(List<Edge<AgentObjective>> edges, PageInfo pageInfo, int totalCount, List<String> problems) {

	/**
	 * Creates a page.
	 * @param objectives those of all pages
	 * @param more whether there is a page after
	 * @param continued whether there is a page before
	 */
	static ObjectiveConnection of(ObjectiveSource.Objectives objectives, List<AgentObjective> page, boolean more,
			ListCursors cursors, boolean continued) {
		List<Edge<AgentObjective>> edges = page.stream()
			.map((each) -> new Edge<>(each.position().cursor(cursors), each))
			.toList();
		return new ObjectiveConnection(edges, PageInfo.of(edges, more, continued), objectives.all().size(),
				objectives.problems());
	}

}
