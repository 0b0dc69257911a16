package io.agentmetrics.aggregator.exposition;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandlers;
import io.agentmetrics.aggregator.rollup.Shard;
import io.micrometer.observation.ObservationRegistry;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.exporter.pushgateway.Format;
import io.prometheus.metrics.exporter.pushgateway.PushGateway;
import io.prometheus.metrics.exporter.pushgateway.Scheme;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a run's metrics to Prometheus from its beginning to its end, and pushes them to
 * a Pushgateway then. The run goes on where either fails: that is a warning.
 */
public final class RunExposition implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RunExposition.class);

	/** Where Spring Boot serves the same of the API. */
	private static final String PATH = "/actuator/prometheus";

	private static final int NOT_FOUND = 404;

	private static final Duration PUSH_PATIENCE = Duration.ofSeconds(3);

	private final RunMetrics metrics;

	private final @Nullable HTTPServer server;

	private final @Nullable URI pushgateway;

	private final Shard shard;

	private RunExposition(RunMetrics metrics, @Nullable HTTPServer server, @Nullable URI pushgateway, Shard shard) {
		this.metrics = metrics;
		this.server = server;
		this.pushgateway = pushgateway;
		this.shard = shard;
	}

	/**
	 * Begins to show a run.
	 * @param run how far it is, asked at each scrape
	 * @param shard which part of the agents it does; the group of what is pushed
	 * @param port where to serve; 0 for any that is free, -1 for none
	 * @param pushgateway where to push at the end, {@code null} for nowhere
	 * @return to be closed at the end of the run
	 */
	public static RunExposition start(Supplier<RunProgress> run, Shard shard, int port, @Nullable URI pushgateway) {
		RunMetrics metrics = new RunMetrics(run);
		return new RunExposition(metrics, (port < 0) ? null : serve(metrics.registry().getPrometheusRegistry(), port),
				pushgateway, shard);
	}

	private static @Nullable HTTPServer serve(PrometheusRegistry registry, int port) {
		try {
			return HTTPServer.builder()
				.port(port)
				.registry(registry)
				.metricsHandlerPath(PATH)
				.registerHealthHandler(false)
				.defaultHandler(HttpHandlers.of(NOT_FOUND, Headers.of(), ""))
				.buildAndStart();
		}
		catch (IOException ex) {
			logger.atWarn()
				.addKeyValue("port", port)
				.addKeyValue("cause", ex.getMessage())
				.log("Prometheus cannot scrape this run: its port cannot be opened");
			return null;
		}
	}

	/** Returns where the run tells what it does; shown with its metrics. */
	public ObservationRegistry observations() {
		return this.metrics.observations();
	}

	/** Pushes, where a Pushgateway is set, and stops serving. */
	@Override
	public void close() {
		try {
			if (this.pushgateway != null) {
				push(this.pushgateway);
			}
		}
		finally {
			if (this.server != null) {
				this.server.close();
			}
		}
	}

	private void push(URI gateway) {
		try {
			PushGateway.builder()
				.scheme(Scheme.fromString(gateway.getScheme()))
				.address((gateway.getAuthority() + gateway.getPath()).replaceFirst("/+$", ""))
				.job("agent-metrics-aggregator")
				.groupingKey("shard", String.valueOf(this.shard.index()))
				.groupingKey("shards", String.valueOf(this.shard.count()))
				.registry(this.metrics.registry().getPrometheusRegistry())
				.format(Format.PROMETHEUS_TEXT)
				.connectionTimeout(PUSH_PATIENCE)
				.readTimeout(PUSH_PATIENCE)
				.build()
				.push();
		}
		catch (IOException | RuntimeException ex) {
			logger.atWarn()
				.addKeyValue("pushgateway", gateway)
				.addKeyValue("cause", ex)
				.log("The run's metrics were not pushed");
		}
	}

}
