package io.agentmetrics.api.exposition;

import java.util.List;
import java.util.function.ToDoubleFunction;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/**
 * Gauges of what has just been found.
 */
final class Gauges {

	private Gauges() {
	}

	static GaugeSnapshot gauge(String name, String help, double value) {
		return GaugeSnapshot.builder()
			.name(name)
			.help(help)
			.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).build())
			.build();
	}

	/** Returns a gauge with a value for each connected table. */
	static GaugeSnapshot gauge(String name, String help, List<ConnectedSource> sources,
			ToDoubleFunction<ConnectedSource> value) {
		GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
		sources.forEach((source) -> gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
			.labels(Labels.of("source", source.name()))
			.value(value.applyAsDouble(source))
			.build()));
		return gauge.build();
	}

}
