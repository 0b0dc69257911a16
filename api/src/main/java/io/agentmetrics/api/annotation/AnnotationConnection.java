package io.agentmetrics.api.annotation;

import java.util.List;

import io.agentmetrics.api.graphql.Edge;
import io.agentmetrics.api.graphql.ListCursors;
import io.agentmetrics.api.graphql.PageInfo;

/**
 * A page of annotations.
 */
record AnnotationConnection(List<Edge<Annotation>> edges, PageInfo pageInfo) {

	/**
	 * Creates a page.
	 * @param found one annotation more than fits, if there are more
	 * @param continued whether there are annotations before the page
	 */
	static AnnotationConnection of(List<Annotation> found, int first, ListCursors cursors, boolean continued) {
		List<Edge<Annotation>> edges = found.stream()
			.limit(first)
			.map((annotation) -> new Edge<>(annotation.position().cursor(cursors), annotation))
			.toList();
		return new AnnotationConnection(edges, PageInfo.of(edges, found.size() > first, continued));
	}

}
