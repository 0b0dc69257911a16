package io.agentmetrics.aggregator.exposition;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * The meters of one run: how far it is, what the process takes, and what Spring Batch
 * observes.
 */
final class RunMetrics {

	private static final String PREFIX = "agent.metrics.aggregator.";

	private final Supplier<RunProgress> run;

	private final long startedNanos = System.nanoTime();

	private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

	private final ObservationRegistry observations = ObservationRegistry.create();

	RunMetrics(Supplier<RunProgress> run) {
		this.run = run;
		this.observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.registry));
		gauge("dates.planned", "Days that the run has to do.", RunProgress::datesPlanned);
		counter("dates.written", "Days that are stored.", RunProgress::datesWritten);
		counter("agent.dates.written", "Days of single agents that are stored.", RunProgress::agentDatesWritten);
		counter("agent.dates.failed", "Days of single agents that could not be calculated.",
				RunProgress::agentDatesFailed);
		counter("executions.read", "Executions that have left PostgreSQL.", RunProgress::executionsRead);
		counter("read.bytes", "Bytes in which they came.", RunProgress::bytesRead);
		gauge("slices.in.flight", "Parts of days that are being read.", RunProgress::slicesInFlight);
		gauge("late.executions",
				"Executions that came or changed after their day's executions had been dropped, counted nowhere.",
				RunProgress::lateExecutions);
		Gauge.builder(PREFIX + "run", this, (self) -> (System.nanoTime() - self.startedNanos) / 1e9)
			.baseUnit("seconds")
			.description("How long the run has been at work.")
			.register(this.registry);
		memory("jvm.memory.used", "Memory that the heap takes.", () -> heap().getUsed());
		memory("jvm.memory.max", "Memory that the heap may take.", () -> heap().getMax());
		FunctionCounter.builder("process.cpu", this, (self) -> cpuSeconds())
			.baseUnit("seconds")
			.description("Processor time that the process has used.")
			.register(this.registry);
	}

	PrometheusMeterRegistry registry() {
		return this.registry;
	}

	/** Turns what is observed into meters. */
	ObservationRegistry observations() {
		return this.observations;
	}

	private void gauge(String name, String help, ToLongFunction<RunProgress> value) {
		Gauge.builder(PREFIX + name, this, (self) -> value.applyAsLong(self.run.get()))
			.description(help)
			.register(this.registry);
	}

	private void counter(String name, String help, ToLongFunction<RunProgress> value) {
		FunctionCounter.builder(PREFIX + name, this, (self) -> value.applyAsLong(self.run.get()))
			.description(help)
			.register(this.registry);
	}

	private void memory(String name, String help, DoubleSupplier value) {
		Gauge.builder(name, this, (self) -> value.getAsDouble())
			.baseUnit(BaseUnits.BYTES)
			.tag("area", "heap")
			.description(help)
			.register(this.registry);
	}

	private static MemoryUsage heap() {
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
	}

	private static double cpuSeconds() {
		return ProcessHandle.current().info().totalCpuDuration().map((used) -> used.toNanos() / 1e9).orElse(0.0);
	}

}
