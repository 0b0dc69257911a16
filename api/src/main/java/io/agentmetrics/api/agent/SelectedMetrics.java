package io.agentmetrics.api.agent;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import graphql.schema.DataFetchingFieldSelectionSet;
import graphql.schema.SelectedField;
import io.agentmetrics.api.evidence.Selection;
import io.agentmetrics.api.series.Granularity;

/**
 * Reads off a query what of an agent's metrics it needs.
 */
final class SelectedMetrics {

	private static final String[] DISTRIBUTION = { "percentile", "shareWithin", "histogram" };

	private static final String[] CHANGE_OF_TIMES = { "avgMs", "p50Ms", "p95Ms", "p99Ms", "latency" };

	private static final String[] SERIES_TIMES = { "count", "avgMs", "p50Ms", "p95Ms", "p99Ms", "exact" };

	private SelectedMetrics() {
	}

	/**
	 * Reads what is selected of the type {@code AgentMetrics}.
	 * @param metrics the fields
	 * @return what they need
	 */
	static Selection of(DataFetchingFieldSelectionSet metrics) {
		List<SelectedField> series = metrics.getFields("series");
		Set<Granularity> granularities = series.stream().map(SelectedMetrics::granularity).collect(Collectors.toSet());
		boolean seriesTimes = containsAny(metrics, "series/points/", SERIES_TIMES);
		boolean distribution = containsAny(metrics, "", DISTRIBUTION)
				|| containsAny(metrics, "change/", CHANGE_OF_TIMES);
		return new Selection(distribution || metrics.contains("executionTimes"), distribution,
				metrics.contains("topErrors"), metrics.contains("topErrors/isNew"), granularities, seriesTimes);
	}

	/**
	 * Reads what a comparison needs of the window before.
	 * @param change what is selected of the type {@code MetricsChange}
	 * @return what that needs
	 */
	static Selection ofPrevious(DataFetchingFieldSelectionSet change) {
		boolean times = containsAny(change, "", CHANGE_OF_TIMES);
		return new Selection(times, times, false, false, Set.of(), false);
	}

	private static boolean containsAny(DataFetchingFieldSelectionSet fields, String parent, String[] names) {
		for (String name : names) {
			if (fields.contains(parent + name)) {
				return true;
			}
		}
		return false;
	}

	private static Granularity granularity(SelectedField series) {
		return Granularity.valueOf(String.valueOf(series.getArguments().get("granularity")));
	}

}
