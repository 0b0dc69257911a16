package io.agentmetrics.api.exposition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

import org.springframework.stereotype.Component;

/**
 * Shows Prometheus what has been counted. The time series of executions are those of the
 * one replica that publishes; how counting is doing every replica tells.
 */
@Component
final class ExecutionCollector implements MultiCollector {

	private static final String AGENT = "agent_id";

	private static final List<Double> UPPER_BOUNDS = Stream
		.concat(AgentTotals.BOUNDS_SECONDS.stream(), Stream.of(Double.POSITIVE_INFINITY))
		.toList();

	private final Publisher publisher;

	private final ExpositionProperties properties;

	private final NewSeries newSeries;

	ExecutionCollector(Publisher publisher, ExpositionProperties properties, PrometheusRegistry registry) {
		this.publisher = publisher;
		this.properties = properties;
		this.newSeries = new NewSeries(properties.atZero());
		registry.register(this);
	}

	@Override
	public MetricSnapshots collect() {
		Optional<Totals> published = this.publisher.published()
			.map((totals) -> this.newSeries.shown(totals, System.nanoTime()));
		if (published.isEmpty()) {
			this.newSeries.forget();
		}
		MetricSnapshots.Builder snapshots = MetricSnapshots.builder()
			.metricSnapshot(Gauges.gauge("agent_metrics_publisher_leader",
					"1 on the replica that counts executions, 0 on the others.", published.isPresent() ? 1 : 0))
			.metricSnapshot(Gauges.gauge("agent_metrics_series_agents",
					"Agents with time series of their own; all others are agent_id=\"other\".",
					published.map(Totals::ownSeries).orElse(0)))
			.metricSnapshot(Gauges.gauge("agent_metrics_series_agents_limit",
					"How many agents can have time series of their own.", this.properties.agents()));
		this.publisher.lagSeconds()
			.ifPresent((lag) -> snapshots.metricSnapshot(Gauges.gauge("agent_metrics_publisher_lag_seconds",
					"How long the oldest finished execution that is not counted yet has been waiting at most.", lag)));
		published.ifPresent((totals) -> snapshots.metricSnapshot(executions(totals))
			.metricSnapshot(durations(totals))
			.metricSnapshot(errors(totals))
			.metricSnapshot(tokens(totals))
			.metricSnapshot(costs(totals))
			.metricSnapshot(successRates(totals)));
		return snapshots.build();
	}

	private static CounterSnapshot executions(Totals totals) {
		CounterSnapshot.Builder counter = CounterSnapshot.builder()
			.name("agent_execution")
			.help("Finished executions by agent and status, each counted once when it first finished.");
		totals.agents().forEach((agent, counts) -> AgentTotals.STATUSES.forEach((status) -> {
			Labels labels = Labels.of(AGENT, agent, "status", status.name());
			counter.dataPoint(point(labels, counts.of(status)));
		}));
		return counter.build();
	}

	private static HistogramSnapshot durations(Totals totals) {
		HistogramSnapshot.Builder histogram = HistogramSnapshot.builder()
			.name("agent_execution_duration_seconds")
			.help("How long finished executions took, where the platform measured it.");
		totals.agents()
			.forEach((agent,
					counts) -> histogram.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
						.labels(Labels.of(AGENT, agent))
						.classicHistogramBuckets(ClassicHistogramBuckets.of(UPPER_BOUNDS, counts.buckets()))
						.sum(counts.sumMs() / 1_000)
						.build()));
		return histogram.build();
	}

	private static CounterSnapshot errors(Totals totals) {
		CounterSnapshot.Builder counter = CounterSnapshot.builder()
			.name("agent_execution_errors")
			.help("Failed and timed out executions by agent and error type.");
		totals.agents()
			.forEach((agent, counts) -> counts.byErrorType()
				.forEach((type, failed) -> counter
					.dataPoint(point(Labels.of(AGENT, agent, "error_type", type), failed))));
		return counter.build();
	}

	private CounterSnapshot tokens(Totals totals) {
		CounterSnapshot.Builder counter = CounterSnapshot.builder()
			.name("agent_execution_tokens")
			.help("Tokens of finished executions that report them, by agent and type.");
		usage(totals,
				(labels, usage) -> counter.dataPoint(point(labels.add("type", "input"), usage.inputTokens()))
					.dataPoint(point(labels.add("type", "output"), usage.outputTokens()))
					.dataPoint(point(labels.add("type", "cached_input"), usage.cachedInputTokens())));
		return counter.build();
	}

	private CounterSnapshot costs(Totals totals) {
		CounterSnapshot.Builder counter = CounterSnapshot.builder()
			.name("agent_execution_cost_usd")
			.help("Costs in US dollars of finished executions that report them, by agent.");
		usage(totals, (labels, usage) -> counter.dataPoint(point(labels, usage.costUsd().doubleValue())));
		return counter.build();
	}

	/**
	 * Tells what each agent used, and where releases are told apart, each of its
	 * releases. What was counted before they were has an empty label.
	 */
	private void usage(Totals totals, BiConsumer<Labels, Usage> target) {
		totals.agents().forEach((agent, counts) -> {
			if (this.properties.releases() == 0) {
				target.accept(Labels.of(AGENT, agent), counts.usage());
				return;
			}
			Map<String, Usage> byVersion = new HashMap<>(counts.byVersion());
			byVersion.putIfAbsent(AgentTotals.ANY_VERSION, Usage.NONE);
			byVersion
				.forEach((version, usage) -> target.accept(Labels.of(AGENT, agent, "agent_version", version), usage));
		});
	}

	private GaugeSnapshot successRates(Totals totals) {
		GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
			.name("agent_success_rate")
			.help("Percent of completed among the executions that finished in the last %d minutes; none without any."
				.formatted(this.properties.successRateWindow().toMinutes()));
		Map<String, RecentRuns.Ended> agents = totals.recent().byAgent();
		agents.forEach((agent, ended) -> {
			if (!ended.isEmpty()) {
				gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
					.labels(Labels.of(AGENT, agent))
					.value(ended.successRate())
					.build());
			}
		});
		return gauge.build();
	}

	private static CounterSnapshot.CounterDataPointSnapshot point(Labels labels, double value) {
		return CounterSnapshot.CounterDataPointSnapshot.builder().labels(labels).value(value).build();
	}

}
