package io.agentmetrics.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Exports all agents' days from an API whose heap is smaller than the file, to one who
 * reads as fast as they come, to one who reads slowly, and to many who hang up. Prints
 * what that takes, and fails if a row is missing or a connection to the database is not
 * free again.
 */
public final class ExportBenchmark {

	private static final Map<String, String> DEFAULTS = Map.of("rows", "1000000", "days", "400", "heapMb", "128",
			"megabytesPerSecond", "10", "url", "");

	// one execution a day of each agent: then each is a row
	private static final String GENERATE = """
			insert into agent_executions (agent_id, user_id, status, execution_start, execution_end, execution_time_ms)
			select md5('agent ' || agent)::uuid, md5('user ' || agent)::uuid, 'COMPLETED', start,
				start + ms * interval '1 ms', ms
			from (
				select agent, 1 + (agent * 7919 + day * 104729) %% 100000 as ms,
					date_trunc('day', now(), 'UTC') - day * interval '1 day' + interval '9 hours' as start
				from generate_series(%2$d, 1, -1) as day cross join generate_series(1, %1$d) as agent) as run
			""";

	// whoever is in a transaction has a connection of the pool
	private static final String BUSY = """
			select count(*) from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
				and state <> 'idle'
			""";

	/** All together they are more than twice as many as the API has connections. */
	private static final int HANG_UPS = 12;

	private static final int TICK_MILLIS = 100;

	private static final int MB = 1_000_000;

	private static final long PATIENCE_SECONDS = 60;

	private final BenchArguments settings;

	private final BenchDatabase database;

	private final HttpClient http;

	private final ServerProcess api;

	private final URI export;

	private final PeakMemory memory;

	private final Semaphore ticks = new Semaphore(0);

	private volatile double peakHeap;

	private ExportBenchmark(BenchArguments settings, BenchDatabase database, HttpClient http, ServerProcess api,
			LocalDate today) {
		this.settings = settings;
		this.database = database;
		this.http = http;
		this.api = api;
		this.export = api.at("/api/v1/agent-studio/agents/metrics/export?format=csv&from="
				+ today.minusDays(settings.number("days")) + "&to=" + today);
		this.memory = api.peakMemory();
	}

	public static void main(String[] arguments)
			throws IOException, SQLException, InterruptedException, TimeoutException {
		BenchArguments settings = BenchArguments.parse(List.of(arguments), DEFAULTS);
		int days = settings.number("days");
		int agents = settings.number("rows") / days;
		int heapMb = settings.number("heapMb");
		try (BenchDatabase database = BenchDatabase.open(settings.text("url"));
				HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
			AggregatorProcess aggregator = AggregatorProcess.plainJar(BenchArguments.jar("aggregator"), 512);
			aggregator.run(database, "migrate");
			System.out.println("generating and aggregating …");
			database.empty();
			database.execute(
					"insert into agents (id, name) select md5('agent ' || i)::uuid, 'agent ' || i from generate_series(1, %d) as i"
						.formatted(agents),
					GENERATE.formatted(agents, days), "vacuum analyze agent_executions", "vacuum analyze agents");
			aggregator.run(database);
			database.execute("vacuum analyze agent_metrics", "checkpoint");
			LocalDate today = LocalDate.parse(database.single("select (now() at time zone 'UTC')::date"));
			// nobody else is to use connections
			try (ServerProcess api = ServerProcess.start(BenchArguments.jar("api"), heapMb, database,
					Map.of("AGENT_METRICS_EXPOSITION_ENABLED", "false"))) {
				new ExportBenchmark(settings, database, http, api, today).run();
			}
		}
	}

	private void run() throws IOException, SQLException, InterruptedException, TimeoutException {
		long stored = Long.parseLong(this.database.single("select count(*) from agent_metrics"));
		System.out.printf("%,d daily rows, the API with -Xmx%dm%n%n", stored, this.settings.number("heapMb"));
		System.out.println("| reader | rows | MB | first byte s | s | peak heap MB | peak process MB |");
		System.out.println("|---|---|---|---|---|---|---|");
		try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
			clock.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
			all("as fast as it comes", stored, Integer.MAX_VALUE);
			int perTick = this.settings.number("megabytesPerSecond") * (MB / 1_000) * TICK_MILLIS;
			all("%d MB/s".formatted(this.settings.number("megabytesPerSecond")), stored, perTick);
			for (int megabytes : new int[] { 0, 1, 50 }) {
				hangUp(megabytes);
			}
			all("as fast as it comes, afterwards", stored, Integer.MAX_VALUE);
		}
	}

	/** Hangs up again and again, after so much and a second of not reading. */
	private void hangUp(int megabytes) throws IOException, SQLException, InterruptedException, TimeoutException {
		this.peakHeap = 0;
		double longest = 0;
		for (int time = 0; time < HANG_UPS; time++) {
			try (InputStream in = open()) {
				in.skipNBytes(1 + megabytes * (long) MB);
				// a reader that has stopped reading, until the buffers between are full
				Thread.sleep(Duration.ofSeconds(1));
				if (busyConnections() == 0) {
					throw new IllegalStateException("The export was over before anybody hung up: ask for more rows");
				}
			}
			longest = Math.max(longest, secondsUntilAllConnectionsAreFree());
		}
		System.out.printf(
				"| hangs up after %d MB, %d times | | | | all connections free after %.2f at most | %.0f | %d |%n",
				megabytes, HANG_UPS, longest, this.peakHeap / MB, this.memory.mb());
	}

	private double secondsUntilAllConnectionsAreFree() throws SQLException, InterruptedException, TimeoutException {
		long started = System.nanoTime();
		while (busyConnections() > 0) {
			if (seconds(started) > PATIENCE_SECONDS) {
				throw new TimeoutException(
						"A connection is not free " + PATIENCE_SECONDS + " s after its reader hung up");
			}
			awaitTick();
		}
		return seconds(started);
	}

	private long busyConnections() throws SQLException {
		return Long.parseLong(this.database.single(BUSY));
	}

	/** Reads everything, so much a tick at most. */
	private void all(String reader, long stored, int bytesPerTick)
			throws IOException, InterruptedException, TimeoutException {
		this.peakHeap = 0;
		long started = System.nanoTime();
		long rows = -1;
		long bytes = 0;
		double firstByte = Double.NaN;
		byte[] buffer = new byte[64 * 1024];
		try (InputStream in = open()) {
			int untilTick = bytesPerTick;
			for (int read = in.read(buffer); read > 0; read = in.read(buffer, 0, Math.min(buffer.length, untilTick))) {
				firstByte = (bytes == 0) ? seconds(started) : firstByte;
				bytes += read;
				for (int i = 0; i < read; i++) {
					rows += (buffer[i] == '\n') ? 1 : 0;
				}
				untilTick -= read;
				if (untilTick <= 0) {
					awaitTick();
					untilTick = bytesPerTick;
				}
			}
		}
		double seconds = seconds(started);
		if (rows != stored) {
			throw new IllegalStateException("%,d rows are stored, but %,d came".formatted(stored, rows));
		}
		if (bytes < this.settings.number("heapMb") * (long) MB) {
			System.out.println("(The file fits into the heap: ask for more rows.)");
		}
		print(reader, rows, bytes, firstByte, seconds);
	}

	private void print(String reader, long rows, long bytes, double firstByte, double seconds) {
		System.out.printf("| %s | %,d | %,d | %.2f | %.1f | %.0f | %d |%n", reader, rows, bytes / MB, firstByte,
				seconds, this.peakHeap / MB, this.memory.mb());
	}

	private InputStream open() throws IOException, InterruptedException {
		HttpResponse<InputStream> response = this.http.send(HttpRequest.newBuilder(this.export).build(),
				HttpResponse.BodyHandlers.ofInputStream());
		if (response.statusCode() != 200) {
			throw new IllegalStateException(this.export + " was answered by " + response.statusCode());
		}
		return response.body();
	}

	private void awaitTick() throws InterruptedException, TimeoutException {
		this.ticks.drainPermits();
		if (!this.ticks.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			throw new TimeoutException("The API does not tell how it is");
		}
	}

	private void tick() {
		try {
			this.peakHeap = Math.max(this.peakHeap, meter("jvm_memory_used_bytes{area=\"heap\""));
			this.ticks.release();
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException("The API does not tell how it is", ex);
		}
	}

	/** Returns the sum of all series that begin like this. */
	private double meter(String series) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(this.api.meters()).build(), HttpResponse.BodyHandlers.ofLines())
			.body()
			.filter((line) -> line.startsWith(series))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
			.sum();
	}

	private static double seconds(long started) {
		return (System.nanoTime() - started) / 1e9;
	}

}
