package io.agentmetrics.api.exposition;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;

/**
 * Gauges with one value.
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

}
