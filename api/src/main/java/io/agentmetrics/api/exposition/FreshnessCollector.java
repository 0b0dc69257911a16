package io.agentmetrics.api.exposition;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Tells Prometheus how far the aggregator has come, whether or not it runs. It is looked
 * up beside the scrapes: a scrape never waits for the database, and what it shows only
 * grows older while that is away.
 */
@Component
final class FreshnessCollector implements MultiCollector, SmartLifecycle {

	private static final String PREFIX = "agent_metrics_aggregation_";

	private final BackgroundLookup<Freshness> lookup;

	FreshnessCollector(FreshnessRepository repository, ExpositionProperties properties, PrometheusRegistry registry) {
		this.lookup = new BackgroundLookup<>("how far the aggregator has come", properties.freshness(),
				repository::current);
		registry.register(this);
	}

	@Override
	public MetricSnapshots collect() {
		BackgroundLookup.Found<Freshness> last = this.lookup.last();
		Freshness freshness = last.value();
		if (freshness == null) {
			return new MetricSnapshots();
		}
		MetricSnapshots.Builder snapshots = MetricSnapshots.builder()
			.metricSnapshot(Gauges.gauge(PREFIX + "age_seconds",
					"How long ago an aggregation was last complete; infinite before the first.",
					freshness.ageSeconds() + last.age().toNanos() / 1e9))
			.metricSnapshot(Gauges.gauge(PREFIX + "dates_behind", "Days that are over and not yet aggregated.",
					freshness.datesBehind()))
			.metricSnapshot(Gauges.gauge(PREFIX + "agent_dates_waiting",
					"Days of single agents that the next aggregation has to read again.",
					freshness.agentDatesWaiting()))
			.metricSnapshot(Gauges.gauge("agent_metrics_agent_dates_failed",
					"Days of single agents that could not be aggregated; their days are closed without them.",
					freshness.agentDaysFailed()))
			.metricSnapshot(Gauges.gauge(PREFIX + "last_run_failed", "1 if the last aggregation failed or was killed.",
					freshness.lastRunFailed() ? 1 : 0))
			.metricSnapshot(Gauges.gauge(PREFIX + "late_executions",
					"Executions that came or changed after their day's executions had been dropped, counted nowhere.",
					freshness.lateExecutions()))
			.metricSnapshot(Gauges.gauge("agent_metrics_source_followed",
					"1 if the changes of a connected table come over, 0 if its triggers are missing or disabled.",
					freshness.sources(), (source) -> source.followed() ? 1 : 0))
			.metricSnapshot(Gauges.gauge("agent_metrics_source_rejects",
					"Executions of a connected table that do not fit and are left out, up to 10,000.",
					freshness.sources(), ConnectedSource::rejects))
			.metricSnapshot(Gauges.gauge("agent_metrics_source_misses",
					"Statements on a connected table whose changes could not be stored, up to 1,000.",
					freshness.sources(), ConnectedSource::misses))
			.metricSnapshot(CounterSnapshot.builder()
				.name(PREFIX + "reconciliation_failures")
				.help("How often days did not add up to what PostgreSQL counts.")
				.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
					.value(freshness.reconciliationFailures())
					.build())
				.build());
		freshness.lastRunSeconds()
			.ifPresent((seconds) -> snapshots.metricSnapshot(Gauges.gauge(PREFIX + "last_run_duration_seconds",
					"How long the last aggregation that ended took.", seconds)));
		freshness.lastRunRowsPerSecond()
			.ifPresent((rows) -> snapshots.metricSnapshot(Gauges.gauge(PREFIX + "last_run_rows_per_second",
					"Executions that the last aggregation that ended read per second.", rows)));
		return snapshots.build();
	}

	@Override
	public void start() {
		this.lookup.start();
	}

	@Override
	public void stop() {
		this.lookup.stop();
	}

	@Override
	public boolean isRunning() {
		return this.lookup.isRunning();
	}

}
