package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.model.time.Window;

/**
 * A question how many executions of agents succeeded, and how many ended within limits,
 * between each of some moments and the next.
 *
 * @param agents the agents, known or not
 * @param edges the moments in order, at least two
 * @param filter which executions are asked about
 * @param limitsMs times of which is asked how many executions took no longer; in
 * ascending order, maybe none
 */
public record SegmentsQuestion(Set<UUID> agents, List<Instant> edges, ExecutionFilter filter, List<Long> limitsMs) {

	/** Creates a question; edges and limits are put in order, each once. */
	public SegmentsQuestion(Collection<UUID> agents, Collection<Instant> edges, ExecutionFilter filter,
			Collection<Long> limitsMs) {
		this(Set.copyOf(agents), edges.stream().sorted().distinct().toList(), filter,
				limitsMs.stream().sorted().distinct().toList());
	}

	public SegmentsQuestion {
		if (edges.size() < 2) {
			throw new IllegalArgumentException("Between fewer than two moments there is nothing: " + edges);
		}
		agents = Set.copyOf(agents);
		edges = List.copyOf(edges);
		limitsMs = List.copyOf(limitsMs);
	}

	Window window() {
		return new Window(this.edges.getFirst(), this.edges.getLast());
	}

	/** Returns the moments that cut the window. */
	List<Instant> cuts() {
		return this.edges.subList(1, this.edges.size() - 1);
	}

	int segments() {
		return this.edges.size() - 1;
	}

}
