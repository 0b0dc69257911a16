package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.agentmetrics.demo.sample.SampleTraces;

/**
 * Sends the runs of {@link SampleTraces} to a receiver while one looks.
 */
final class SpanTraffic implements AutoCloseable {

	private static final Duration INTERVAL = Duration.ofSeconds(5);

	private final HttpClient client = HttpClient.newHttpClient();

	private final ScheduledExecutorService clock = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("spans").factory());

	private final URI traces;

	private final Consumer<String> out;

	private boolean failing;

	private SpanTraffic(URI traces, Consumer<String> out) {
		this.traces = traces;
		this.out = out;
	}

	/**
	 * Begins.
	 * @param receiver where a receiver listens
	 * @param out told when it does not take them, and when it does again
	 */
	static SpanTraffic start(URI receiver, Consumer<String> out) {
		SpanTraffic traffic = new SpanTraffic(receiver.resolve("/v1/traces"), out);
		traffic.clock.scheduleAtFixedRate(traffic::sendOne, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		return traffic;
	}

	private void sendOne() {
		Instant now = Instant.now();
		try {
			// the number goes on over restarts, so that no run comes twice
			for (String request : SampleTraces.requests(now.getEpochSecond() / INTERVAL.toSeconds(), now)) {
				send(request);
			}
			if (this.failing) {
				this.out.accept("The receiver takes spans again.");
			}
			this.failing = false;
		}
		catch (IOException ex) {
			if (!this.failing) {
				this.out.accept("The receiver does not take the spans of the demo: " + ex.getMessage());
			}
			this.failing = true;
		}
		catch (InterruptedException ex) {
			// it is told to stop
			Thread.currentThread().interrupt();
		}
	}

	private void send(String request) throws IOException, InterruptedException {
		HttpResponse<String> answer = this.client.send(HttpRequest.newBuilder(this.traces)
			.timeout(INTERVAL)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(request))
			.build(), HttpResponse.BodyHandlers.ofString());
		if (answer.statusCode() != 200) {
			throw new IOException("%d %s".formatted(answer.statusCode(), answer.body()));
		}
	}

	@Override
	public void close() {
		this.clock.shutdownNow();
		this.client.shutdownNow();
	}

}
