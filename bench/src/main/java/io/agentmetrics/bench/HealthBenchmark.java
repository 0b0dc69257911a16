package io.agentmetrics.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures how long who asks for the health of all agents waits, above all after a run of
 * the aggregator. A page asks meanwhile, every ten seconds; the API's settings are those
 * that it ships with.
 */
public final class HealthBenchmark {

	private static final int SHIPPED_HEAP_MB = 614;

	private static final int BAR_MS = 200;

	private static final int ROUNDS = 5;

	private static final long PAGE_ASKS_EVERY_MS = 10_000;

	private static final String HEALTH = """
			{ health { computedAt findings { rule } } \
			agents(first: 20, orderBy: HEALTH) { totalCount edges { node { name health { status summary } } } } }""";

	private static final Pattern COMPUTED_AT = Pattern.compile("\"computedAt\":\"([^\"]+)\"");

	// a closed day of one agent in a hundred has one more, and so a new revision
	private static final String LATE = """
			insert into agent_executions (agent_id, user_id, status, execution_start, execution_end, execution_time_ms)
			select id, md5('late')::uuid, 'COMPLETED', now() - interval '5 days', now() - interval '5 days' + interval '1 s', 1000
			from agents where md5(id::text) < '03'
			""";

	private final BenchDatabase database;

	private final ApiBenchSettings settings;

	private HealthBenchmark(BenchDatabase database, ApiBenchSettings settings) {
		this.database = database;
		this.settings = settings;
	}

	public static void main(String[] arguments)
			throws IOException, SQLException, InterruptedException, ExecutionException {
		ApiBenchSettings settings = ApiBenchSettings.parse(List.of(arguments));
		try (BenchDatabase database = BenchDatabase.open(settings.url())) {
			new HealthBenchmark(database, settings).run();
		}
	}

	private void run() throws IOException, SQLException, InterruptedException, ExecutionException {
		AggregatorProcess aggregator = AggregatorProcess.plainJar(BenchArguments.jar("aggregator"),
				this.settings.heapMb());
		GeneratedHistory.prepare(this.database, this.settings, aggregator);
		System.out.printf("%,d executions of %,d agents%n%n",
				Long.parseLong(this.database.single("select count(*) from agent_executions")),
				Long.parseLong(this.database.single("select count(*) from agents")));
		System.out
			.printf("| health of all agents | answers | median ms | longest ms | may be |%n|---|---|---|---|---|%n");
		try (ServerProcess api = ServerProcess.start(BenchArguments.jar("api"), SHIPPED_HEAP_MB, this.database,
				Map.of())) {
			GraphQlClient client = GraphQlClient.from(api.graphQl(), "192.0.2.1");
			Measurement first = new Measurement("the first after the start, with what is usual for each");
			ask(client, first);
			print(first, "");
			long started = System.nanoTime();
			while (System.nanoTime() - started < TimeUnit.SECONDS.toNanos(this.settings.warmupSeconds())) {
				client.ask(HEALTH);
			}
			Measurement afterRun = new Measurement("the first after a run");
			Measurement page = new Measurement("of a page, every 10 s, during runs and until it has what they changed");
			for (int round = 0; round < ROUNDS; round++) {
				this.database.execute(LATE);
				AtomicBoolean done = new AtomicBoolean();
				try (ExecutorService pages = Executors.newVirtualThreadPerTaskExecutor()) {
					Future<?> asking = pages.submit(() -> askUntil(done, api, page));
					try {
						aggregator.run(this.database);
						Instant ended = Instant.now();
						Instant computed = ask(client, afterRun);
						while (computed.isBefore(ended)) {
							TimeUnit.MILLISECONDS.sleep(PAGE_ASKS_EVERY_MS);
							computed = ask(client, page);
						}
					}
					finally {
						done.set(true);
					}
					asking.get();
				}
			}
			print(afterRun, Integer.toString(BAR_MS));
			print(page, Integer.toString(BAR_MS));
		}
	}

	private static void askUntil(AtomicBoolean done, ServerProcess api, Measurement page) {
		GraphQlClient client = GraphQlClient.from(api.graphQl(), "192.0.2.2");
		try {
			while (!done.get()) {
				ask(client, page);
				TimeUnit.MILLISECONDS.sleep(PAGE_ASKS_EVERY_MS);
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Returns when the answer was computed. */
	private static Instant ask(GraphQlClient client, Measurement measured) {
		long asked = System.nanoTime();
		String answer = client.ask(HEALTH);
		synchronized (measured) {
			measured.add((System.nanoTime() - asked) / 1e9, 0);
		}
		Matcher computedAt = COMPUTED_AT.matcher(answer);
		if (!computedAt.find()) {
			throw new IllegalStateException("It is not told when this was computed: " + answer);
		}
		return Instant.parse(computedAt.group(1));
	}

	private static void print(Measurement measured, String bar) {
		System.out.printf("| %s | %d | %.0f | %.0f | %s |%n", measured.name(), measured.runs(), measured.median() * 1e3,
				measured.max() * 1e3, bar);
	}

}
