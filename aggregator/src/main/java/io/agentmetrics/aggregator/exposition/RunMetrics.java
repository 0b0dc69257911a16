package io.agentmetrics.aggregator.exposition;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.function.Supplier;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/**
 * A run's metrics in the text format of Prometheus.
 */
final class RunMetrics {

	static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

	private static final String PREFIX = "agent_metrics_aggregator_";

	private final Supplier<RunProgress> run;

	private final long startedNanos = System.nanoTime();

	private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

	RunMetrics(Supplier<RunProgress> run) {
		this.run = run;
	}

	byte[] text() {
		ByteArrayOutputStream text = new ByteArrayOutputStream();
		try {
			this.writer.write(text, snapshots());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return text.toByteArray();
	}

	private MetricSnapshots snapshots() {
		RunProgress now = this.run.get();
		MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
		return MetricSnapshots.of(gauge(PREFIX + "dates_planned", "Days that the run has to do.", now.datesPlanned()),
				counter(PREFIX + "dates_written", "Days that are stored.", now.datesWritten()),
				counter(PREFIX + "agent_dates_written", "Days of single agents that are stored.",
						now.agentDatesWritten()),
				counter(PREFIX + "agent_dates_failed", "Days of single agents that could not be calculated.",
						now.agentDatesFailed()),
				counter(PREFIX + "executions_read", "Executions that have left PostgreSQL.", now.executionsRead()),
				counter(PREFIX + "read_bytes", "Bytes in which they came.", now.bytesRead()),
				gauge(PREFIX + "slices_in_flight", "Parts of days that are being read.", now.slicesInFlight()),
				gauge(PREFIX + "late_executions",
						"Executions that came or changed after their day's executions had been dropped, counted nowhere.",
						now.lateExecutions()),
				gauge(PREFIX + "run_seconds", "How long the run has been at work.",
						(System.nanoTime() - this.startedNanos) / 1e9),
				memory("jvm_memory_used_bytes", "Memory that the heap takes.", heap.getUsed()),
				memory("jvm_memory_max_bytes", "Memory that the heap may take.", heap.getMax()),
				counter("process_cpu_seconds", "Processor time that the process has used.", cpuSeconds()));
	}

	private static double cpuSeconds() {
		return ProcessHandle.current().info().totalCpuDuration().map((used) -> used.toNanos() / 1e9).orElse(0.0);
	}

	private static GaugeSnapshot gauge(String name, String help, double value) {
		return gauge(name, help, value, Labels.EMPTY);
	}

	private static GaugeSnapshot memory(String name, String help, double value) {
		return gauge(name, help, value, Labels.of("area", "heap"));
	}

	private static GaugeSnapshot gauge(String name, String help, double value, Labels labels) {
		return GaugeSnapshot.builder()
			.name(name)
			.help(help)
			.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(labels).build())
			.build();
	}

	private static CounterSnapshot counter(String name, String help, double value) {
		return CounterSnapshot.builder()
			.name(name)
			.help(help)
			.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder().value(value).build())
			.build();
	}

}
