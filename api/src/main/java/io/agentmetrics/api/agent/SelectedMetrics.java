package io.agentmetrics.api.agent;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import graphql.schema.DataFetchingFieldSelectionSet;
import graphql.schema.SelectedField;
import io.agentmetrics.api.metrics.source.AgentMetrics;
import io.agentmetrics.api.metrics.source.MetricsFields;
import io.agentmetrics.model.time.Granularity;

/**
 * Reads off a query what of an agent's metrics it needs.
 */
final class SelectedMetrics {

	private static final Set<String> DISTRIBUTION = Set.of("percentile", "shareWithin", "histogram");

	private static final Set<String> CHANGE_OF_TIMES = Set.of("avgMs", "p50Ms", "p95Ms", "p99Ms", "latency");

	private static final Set<String> SERIES_TIMES = Set.of("count", "avgMs", "p50Ms", "p95Ms", "p99Ms", "exact");

	private SelectedMetrics() {
	}

	/** Reads what is selected of the type {@code AgentMetrics}. */
	static MetricsFields of(DataFetchingFieldSelectionSet metrics) {
		// by name: matching patterns against all fields took a fourth of the time of a
		// cached answer
		List<SelectedField> fields = metrics.getImmediateFields();
		List<SelectedField> series = named(fields, "series");
		List<SelectedField> points = named(below(series), "points");
		List<SelectedField> topErrors = named(fields, "topErrors");
		boolean distribution = containsAny(fields, DISTRIBUTION)
				|| containsAny(below(named(fields, "change")), CHANGE_OF_TIMES);
		boolean times = !named(fields, "executionTimes").isEmpty()
				// which also tells how many executions have no time
				|| !named(below(named(fields, "provenance")), "missing").isEmpty();
		return new MetricsFields(distribution || times, distribution,
				!topErrors.isEmpty() || !named(fields, "otherErrors").isEmpty(),
				!named(below(topErrors), "isNew").isEmpty(),
				series.stream().map(SelectedMetrics::granularity).collect(Collectors.toUnmodifiableSet()),
				containsAny(below(points), SERIES_TIMES));
	}

	/**
	 * Reads what a comparison needs of the window before.
	 * @param change what is selected of the type {@code MetricsChange}
	 */
	static MetricsFields ofPrevious(DataFetchingFieldSelectionSet change) {
		boolean times = containsAny(change.getImmediateFields(), CHANGE_OF_TIMES);
		return new MetricsFields(times, times, false, false, Set.of(), false);
	}

	private static boolean containsAny(List<SelectedField> fields, Set<String> names) {
		return fields.stream().anyMatch((field) -> names.contains(field.getName()));
	}

	private static List<SelectedField> named(List<SelectedField> fields, String name) {
		return fields.stream().filter((field) -> name.equals(field.getName())).toList();
	}

	private static List<SelectedField> below(List<SelectedField> fields) {
		return fields.stream().flatMap((field) -> field.getSelectionSet().getImmediateFields().stream()).toList();
	}

	private static Granularity granularity(SelectedField series) {
		return Granularity.valueOf(String.valueOf(series.getArguments().get("granularity")));
	}

}
