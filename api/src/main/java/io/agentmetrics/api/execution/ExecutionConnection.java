package io.agentmetrics.api.execution;

import java.util.List;

import io.agentmetrics.api.graphql.Edge;
import io.agentmetrics.api.graphql.ListCursors;
import io.agentmetrics.api.graphql.PageInfo;
import io.agentmetrics.api.graphql.TimePosition;
import io.agentmetrics.model.execution.Execution;

/**
 * A page of an agent's executions.
 */
record ExecutionConnection(List<Edge<Execution>> edges, PageInfo pageInfo) {

	/**
	 * Creates a page.
	 * @param found one execution more than fits, if there are more
	 * @param continued whether there are executions before the page
	 */
	static ExecutionConnection of(List<Execution> found, int first, ListCursors cursors, boolean continued) {
		List<Edge<Execution>> edges = found.stream()
			.limit(first)
			.map((execution) -> new Edge<>(new TimePosition(execution.executionStart(), execution.id()).cursor(cursors),
					execution))
			.toList();
		return new ExecutionConnection(edges, PageInfo.of(edges, found.size() > first, continued));
	}

}
