package io.agentmetrics.api.graphql;

import java.util.List;
import java.util.Optional;

/**
 * Where a page lies in its list.
 *
 * @param hasNextPage whether there are entries after it
 * @param hasPreviousPage whether there are entries before it
 * @param startCursor the first entry's cursor, empty on an empty page
 * @param endCursor the last entry's cursor, empty on an empty page
 */
public record PageInfo(boolean hasNextPage, boolean hasPreviousPage, Optional<String> startCursor,
		Optional<String> endCursor) {

	/** Returns the place of a page. */
	public static <T> PageInfo of(List<Edge<T>> edges, boolean hasNextPage, boolean hasPreviousPage) {
		return new PageInfo(hasNextPage, hasPreviousPage, edges.stream().findFirst().map(Edge::cursor),
				edges.reversed().stream().findFirst().map(Edge::cursor));
	}

}
