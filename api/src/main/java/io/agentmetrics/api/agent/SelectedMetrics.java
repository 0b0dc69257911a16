package io.agentmetrics.api.agent;

import java.util.Set;
import java.util.stream.Collectors;

import io.agentmetrics.api.graphql.SelectedFields;
import io.agentmetrics.api.metrics.SeriesPoint;
import io.agentmetrics.api.metrics.source.MetricsFields;
import io.agentmetrics.model.time.Granularity;

/**
 * Reads off a query what of an agent's metrics it needs.
 */
final class SelectedMetrics {

	private static final Set<String> DISTRIBUTION = Set.of("percentile", "shareWithin", "histogram");

	private static final Set<String> CHANGE_OF_TIMES = Set.of("avgMs", "p50Ms", "p95Ms", "p99Ms", "latency");

	private static final Set<String> DISTRIBUTION_OF_TOKENS = Set.of("p50", "p95", "p99", "exact", "rankErrorPercent",
			"histogram");

	private SelectedMetrics() {
	}

	/** Reads what is selected of the type {@code AgentMetrics}. */
	static MetricsFields of(SelectedFields metrics) {
		boolean distribution = metrics.hasAny(DISTRIBUTION) || metrics.below("change").hasAny(CHANGE_OF_TIMES);
		boolean times = metrics.has("executionTimes")
				// which also tells how many executions have no time
				|| metrics.below("provenance").has("missing");
		return new MetricsFields(distribution || times, distribution,
				metrics.has("topErrors") || metrics.has("otherErrors"), metrics.below("topErrors").has("isNew"),
				metrics.enumValues("series", "granularity")
					.map((value) -> value.map(Granularity::valueOf).orElse(Granularity.AUTO))
					.collect(Collectors.toUnmodifiableSet()),
				metrics.below("series").below("points").hasAny(SeriesPoint.TIMES),
				metrics.has("tokens") || metrics.has("cost"), metrics.below("tokens").hasAny(DISTRIBUTION_OF_TOKENS));
	}

	/**
	 * Reads what a comparison of two slices needs of one: that and all that is tested.
	 * @param slice what is selected of the type {@code AgentMetrics}
	 */
	static MetricsFields ofSlice(SelectedFields slice) {
		return of(slice).and(new MetricsFields(true, true, false, false, Set.of(), false, true, true));
	}

	/**
	 * Reads what a comparison needs of the window before.
	 * @param change what is selected of the type {@code MetricsChange}
	 */
	static MetricsFields ofPrevious(SelectedFields change) {
		boolean times = change.hasAny(CHANGE_OF_TIMES);
		return new MetricsFields(times, times, false, false, Set.of(), false, false, false);
	}

}
