package io.agentmetrics.aggregator.exposition;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agentmetrics.aggregator.rollup.Shard;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a run's metrics from its beginning to its end, and hands them to a Pushgateway
 * then. Neither ever keeps the run from its work: what does not succeed is a warning.
 */
public final class RunExposition implements AutoCloseable {

	/** A server of the JDK takes little to start and is all that one text needs. */
	private static final String PATH = "/actuator/prometheus";

	private static final Logger logger = LoggerFactory.getLogger(RunExposition.class);

	private static final Duration PUSH_PATIENCE = Duration.ofSeconds(3);

	private static final int OK = 200;

	private static final int NOT_ALLOWED = 405;

	private static final int NO_BODY = -1;

	private final RunMetrics metrics;

	private final @Nullable HttpServer server;

	private final @Nullable URI pushgateway;

	private final Shard shard;

	private RunExposition(RunMetrics metrics, @Nullable HttpServer server, @Nullable URI pushgateway, Shard shard) {
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
		return new RunExposition(metrics, (port < 0) ? null : serve(metrics, port), pushgateway, shard);
	}

	private static @Nullable HttpServer serve(RunMetrics metrics, int port) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
			server.createContext(PATH, (exchange) -> answer(exchange, metrics));
			server.start();
			return server;
		}
		catch (IOException ex) {
			logger.atWarn()
				.addKeyValue("port", port)
				.addKeyValue("cause", ex.getMessage())
				.log("Prometheus cannot scrape this run: its port is not to be had");
			return null;
		}
	}

	private static void answer(HttpExchange exchange, RunMetrics metrics) throws IOException {
		try (exchange) {
			if (!exchange.getRequestMethod().equals("GET")) {
				exchange.sendResponseHeaders(NOT_ALLOWED, NO_BODY);
				return;
			}
			byte[] text = metrics.text();
			exchange.getResponseHeaders().set("Content-Type", RunMetrics.CONTENT_TYPE);
			exchange.sendResponseHeaders(OK, text.length);
			exchange.getResponseBody().write(text);
		}
	}

	/** Pushes, if somebody is to be pushed to, and stops serving. */
	@Override
	public void close() {
		try {
			if (this.pushgateway != null) {
				push(this.pushgateway);
			}
		}
		finally {
			if (this.server != null) {
				this.server.stop(0);
			}
		}
	}

	private void push(URI gateway) {
		URI group = URI.create("%s/metrics/job/agent-metrics-aggregator/shard/%d/shards/%d"
			.formatted(gateway.toString().replaceFirst("/+$", ""), this.shard.index(), this.shard.count()));
		HttpRequest request = HttpRequest.newBuilder(group)
			.timeout(PUSH_PATIENCE)
			.header("Content-Type", RunMetrics.CONTENT_TYPE)
			.PUT(HttpRequest.BodyPublishers.ofByteArray(this.metrics.text()))
			.build();
		HttpClient client = HttpClient.newBuilder().connectTimeout(PUSH_PATIENCE).build();
		try {
			int status = client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
				.get(PUSH_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
				.statusCode();
			if (status / 100 != OK / 100) {
				notPushed(gateway, "it answers with status " + status);
			}
		}
		catch (ExecutionException ex) {
			notPushed(gateway, String.valueOf(ex.getCause()));
		}
		catch (TimeoutException ex) {
			notPushed(gateway, "no answer within " + PUSH_PATIENCE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			// without waiting for what is under way
			client.shutdownNow();
		}
	}

	private static void notPushed(URI gateway, String cause) {
		logger.atWarn()
			.addKeyValue("pushgateway", gateway)
			.addKeyValue("cause", cause)
			.log("The run's metrics were not pushed");
	}

}
