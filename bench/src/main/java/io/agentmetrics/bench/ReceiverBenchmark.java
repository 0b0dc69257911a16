package io.agentmetrics.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures the receiver over HTTP: how many spans a second it accepts, finds the runs of
 * and commits, and how long it takes to answer what is meant to harm it.
 */
public final class ReceiverBenchmark {

	private static final Map<String, String> DEFAULTS = Map.of("clients", "4", "seconds", "10", "rounds", "5", "spans",
			"1000", "heap", "256", "what", "throughput,hostile", "url", "");

	private static final int WARM_UPS = 10;

	private final BenchArguments settings;

	private final BenchDatabase database;

	private final ServerProcess receiver;

	private final URI traces;

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private ReceiverBenchmark(BenchArguments settings, BenchDatabase database, ServerProcess receiver) {
		this.settings = settings;
		this.database = database;
		this.receiver = receiver;
		this.traces = receiver.at("/v1/traces");
	}

	public static void main(String[] arguments)
			throws IOException, SQLException, InterruptedException, ExecutionException {
		BenchArguments settings = BenchArguments.parse(List.of(arguments), DEFAULTS);
		int heapMb = settings.number("heap");
		try (BenchDatabase database = BenchDatabase.open(settings.text("url"))) {
			AggregatorProcess.plainJar(BenchArguments.jar("aggregator"), heapMb).run(database, "migrate");
			try (ServerProcess receiver = ServerProcess.start(BenchArguments.jar("receiver"), heapMb, database,
					Map.of())) {
				new ReceiverBenchmark(settings, database, receiver).run();
			}
		}
	}

	private void run() throws IOException, SQLException, InterruptedException, ExecutionException {
		PeakMemory memory = this.receiver.peakMemory();
		if (this.settings.text("what").contains("throughput")) {
			measureThroughput();
		}
		if (this.settings.text("what").contains("hostile")) {
			attack();
		}
		System.out.printf("%nThe receiver's process never had more than %d MB.%n", memory.mb());
	}

	private void measureThroughput() throws SQLException, InterruptedException, ExecutionException {
		Measurement secondsPerSpan = new Measurement("seconds a span");
		int rounds = this.settings.number("rounds");
		// the first round only warms up
		for (int round = 0; round <= rounds; round++) {
			this.database.execute("checkpoint");
			long before = storedRuns();
			long started = System.nanoTime();
			long spans = load(started + TimeUnit.SECONDS.toNanos(this.settings.number("seconds")));
			double seconds = (System.nanoTime() - started) / 1e9;
			long lost = spans / GeneratedSpans.SPANS_PER_RUN - (storedRuns() - before);
			if (lost != 0) {
				throw new IllegalStateException(lost + " runs were acknowledged and are not stored");
			}
			if (round > 0) {
				secondsPerSpan.add(seconds / spans, 0);
			}
		}
		System.out.printf("%s clients, %s spans a request, %d spans a run, median of %d rounds of %s s%n%n",
				this.settings.text("clients"), this.settings.text("spans"), GeneratedSpans.SPANS_PER_RUN, rounds,
				this.settings.text("seconds"));
		System.out.printf("| spans/s | min – max |%n|---|---|%n| %,.0f | %,.0f – %,.0f |%n",
				1 / secondsPerSpan.median(), 1 / secondsPerSpan.max(), 1 / secondsPerSpan.min());
	}

	private long storedRuns() throws SQLException {
		return Long.parseLong(this.database.single("select count(*) from agent_executions"));
	}

	private long load(long end) throws InterruptedException, ExecutionException {
		int runs = this.settings.number("spans") / GeneratedSpans.SPANS_PER_RUN;
		long spans = 0;
		try (ExecutorService clients = Executors.newCachedThreadPool()) {
			List<Callable<Long>> sending = Stream.generate(() -> (Callable<Long>) () -> send(runs, end))
				.limit(this.settings.number("clients"))
				.toList();
			for (Future<Long> client : clients.invokeAll(sending)) {
				spans += client.get();
			}
		}
		return spans;
	}

	private long send(int runs, long end) throws IOException, InterruptedException {
		long spans = 0;
		while (System.nanoTime() < end) {
			HttpResponse<byte[]> answer = this.http.send(HttpRequest.newBuilder(this.traces)
				.header("Content-Type", "application/x-protobuf")
				.POST(HttpRequest.BodyPublishers.ofByteArray(GeneratedSpans.runs(runs)))
				.build(), HttpResponse.BodyHandlers.ofByteArray());
			// a partial success has a body
			if (answer.statusCode() != 200 || answer.body().length > 0) {
				throw new IllegalStateException("Spans were answered by " + answer.statusCode());
			}
			spans += (long) runs * GeneratedSpans.SPANS_PER_RUN;
		}
		return spans;
	}

	private void attack() throws IOException, InterruptedException {
		System.out.printf("%nMedians of %s, with -Xmx%sm%n%n| what is sent | median ms | longest ms | answer |%n",
				this.settings.text("rounds"), this.settings.text("heap"));
		System.out.printf("|---|---|---|---|%n");
		for (HostileExport hostile : HostileExport.all()) {
			Measurement measurement = new Measurement(hostile.name());
			for (int i = 0; i < WARM_UPS; i++) {
				hostile.send(this.http, this.traces);
			}
			while (measurement.runs() < this.settings.number("rounds")) {
				measurement.add(hostile.send(this.http, this.traces), 0);
			}
			System.out.printf("| %s%s | %.0f | %.0f | %d |%n", hostile.name(),
					(measurement.median() * 1e3 > HostileExport.BAR_MS) ? " (too slow)" : "",
					measurement.median() * 1e3, measurement.max() * 1e3, hostile.status());
		}
	}

}
