package io.agentmetrics.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the API over HTTP, the way its clients do, after the aggregator has closed the
 * days: first with caches that keep nothing, then with the caches as they are by default.
 * Prints what each answer takes beside what it may take.
 */
public final class ApiBenchmark {

	private static final Map<String, String> NOTHING_KEPT = Map.of("AGENT_METRICS_CACHE_OPEN_WINDOWS", "0s",
			"AGENT_METRICS_CACHE_CLOSED_DAYS", "0s");

	private static final int LOAD_BAR = 3_000;

	private static final int HOSTILE_ATTEMPTS = 5;

	/** As the image has it. */
	private static final int SHIPPED_HEAP_MB = 614;

	private static final int BESIEGED_BAR_MS = 500;

	private static final Pattern EXECUTIONS = Pattern.compile("\"totalExecutions\":(\\d+)");

	private static final Pattern CURSOR = Pattern.compile("\"endCursor\":\"([^\"]+)\"");

	private final BenchDatabase database;

	private final ApiBenchSettings settings;

	private ApiBenchmark(BenchDatabase database, ApiBenchSettings settings) {
		this.database = database;
		this.settings = settings;
	}

	public static void main(String[] arguments)
			throws IOException, SQLException, InterruptedException, ExecutionException {
		ApiBenchSettings settings = ApiBenchSettings.parse(List.of(arguments));
		// as many connections are kept as there are clients, and one for who means harm
		System.setProperty("http.maxConnections", Integer.toString(settings.clients() + 1));
		try (BenchDatabase database = BenchDatabase.open(settings.url())) {
			new ApiBenchmark(database, settings).run(jar("aggregator"), jar("api"));
		}
	}

	private void run(Path aggregatorJar, Path apiJar)
			throws IOException, SQLException, InterruptedException, ExecutionException {
		AggregatorProcess aggregator = AggregatorProcess.plainJar(aggregatorJar, this.settings.heapMb());
		aggregator.run(this.database, "migrate");
		System.out.println(this.database.single("select version()"));
		if (!this.settings.keepData()) {
			System.out.println("generating …");
			GeneratedHistory.generate(this.database, this.settings);
		}
		aggregator.run(this.database);
		// autovacuum would, within a minute
		this.database.execute("vacuum analyze agent_metrics", "vacuum analyze agent_error_groups",
				"vacuum analyze aggregated_days", "checkpoint");
		System.out.printf("%,d executions of %,d agents in %,d agent-days%n%n",
				Long.parseLong(this.database.single("select count(*) from agent_executions")),
				Long.parseLong(this.database.single("select count(*) from agents")),
				Long.parseLong(this.database.single("select count(*) from agent_metrics")));
		System.out.printf("| answer over HTTP | executions | median ms | p95 ms | may be |%n|---|---|---|---|---|%n");
		try (ApiProcess api = ApiProcess.start(apiJar, this.settings.heapMb(), this.database, NOTHING_KEPT)) {
			measure(api, ApiQuestion.uncached());
		}
		try (ApiProcess api = ApiProcess.start(apiJar, this.settings.heapMb(), this.database, Map.of())) {
			measure(api, ApiQuestion.cached());
			double requestsPerSecond = requestsPerSecond(api, ApiQuestion.cached());
			System.out.printf("%n%d clients, the cached questions in turn: %,.0f requests/s (at least %,d)%n",
					this.settings.clients(), requestsPerSecond, LOAD_BAR);
			attack(api);
		}
		System.out.printf(
				"%n| besieged by | good answers | median ms | p95 ms | may be | longest ms |%n|---|---|---|---|---|---|%n");
		try (ApiProcess api = ApiProcess.start(apiJar, SHIPPED_HEAP_MB, this.database, NOTHING_KEPT)) {
			for (Siege siege : Siege.all(api.graphQl())) {
				besiege(api, siege);
			}
		}
	}

	/**
	 * Goes on with what means harm while good clients ask what nobody keeps; one wrong
	 * answer to them, or a process that has ended, fails the benchmark.
	 */
	private void besiege(ApiProcess api, Siege siege) throws InterruptedException, ExecutionException {
		BooleanSupplier goOn = within(2 * this.settings.loadSeconds());
		List<ApiQuestion> questions = ApiQuestion.uncached().stream().filter((each) -> each.barMs() <= 25).toList();
		try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int client = 0; client < siege.clients(); client++) {
				int number = client;
				background.submit(() -> {
					siege.run(number, goOn);
					return number;
				});
			}
			Thread.sleep(1_000);
			Measurement good = load(api, questions, goOn);
			System.out.printf("| %s | %,d, none wrong | %.1f | %.1f | %d | %.1f |%n", siege.name(), good.runs(),
					good.median() * 1e3, good.p95() * 1e3, BESIEGED_BAR_MS, good.max() * 1e3);
		}
	}

	private void measure(ApiProcess api, List<ApiQuestion> questions) {
		Map<ApiQuestion, Measurement> measured = new LinkedHashMap<>();
		Map<ApiQuestion, String> answers = new LinkedHashMap<>();
		GraphQlClient client = new GraphQlClient(api.graphQl());
		long started = System.nanoTime();
		while (System.nanoTime() - started < TimeUnit.SECONDS.toNanos(this.settings.warmupSeconds())) {
			questions.forEach((question) -> client.ask(question.query()));
		}
		for (int i = 0; i < this.settings.requests(); i++) {
			for (ApiQuestion question : questions) {
				long asked = System.nanoTime();
				answers.put(question, client.ask(question.query()));
				measured.computeIfAbsent(question, (each) -> new Measurement(each.name()))
					.add((System.nanoTime() - asked) / 1e9, 0);
			}
		}
		measured.forEach((question, measurement) -> {
			Matcher executions = EXECUTIONS.matcher(answers.getOrDefault(question, ""));
			System.out.printf("| %s | %s | %.1f | %.1f | %d |%n", question.name(),
					executions.find() ? "%,d".formatted(Long.parseLong(executions.group(1))) : "",
					measurement.median() * 1e3, measurement.p95() * 1e3, question.barMs());
		});
	}

	/**
	 * Sends what means harm while good clients go on; theirs fail the benchmark if one
	 * answer does.
	 */
	private void attack(ApiProcess api) throws InterruptedException, ExecutionException {
		System.out.printf("%n| meanwhile, from somebody else | median ms | longest ms | may be |%n|---|---|---|---|%n");
		try (ExecutorService background = Executors.newSingleThreadExecutor();
				HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
			AtomicBoolean attacked = new AtomicBoolean(true);
			Future<Measurement> good = background.submit(() -> load(api, ApiQuestion.cached(), attacked::get));
			try {
				for (HostileRequest hostile : HostileRequest.all(cursor(api))) {
					Measurement measurement = new Measurement(hostile.name());
					for (int i = 0; i < HOSTILE_ATTEMPTS; i++) {
						long asked = System.nanoTime();
						hostile.send(http, api.graphQl());
						measurement.add((System.nanoTime() - asked) / 1e9, 0);
					}
					System.out.printf("| %s | %.1f | %.1f | %d |%n", measurement.name(), measurement.median() * 1e3,
							measurement.max() * 1e3, HostileRequest.BAR_MS);
				}
			}
			finally {
				attacked.set(false);
			}
			System.out.printf("%nthe %d good clients meanwhile: %,d answers, none wrong, median %.1f ms, p95 %.1f ms%n",
					this.settings.clients(), good.get().runs(), good.get().median() * 1e3, good.get().p95() * 1e3);
		}
	}

	private static String cursor(ApiProcess api) {
		GraphQlClient client = new GraphQlClient(api.graphQl());
		Matcher cursor = CURSOR.matcher(client.ask("{ agents(first: 1) { pageInfo { endCursor } } }"));
		if (!cursor.find()) {
			throw new IllegalStateException("There is no agent");
		}
		return cursor.group(1);
	}

	private double requestsPerSecond(ApiProcess api, List<ApiQuestion> questions)
			throws InterruptedException, ExecutionException {
		load(api, questions, within(this.settings.warmupSeconds()));
		return load(api, questions, within(this.settings.loadSeconds())).runs() / (double) this.settings.loadSeconds();
	}

	private static BooleanSupplier within(int seconds) {
		long ends = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
		return () -> System.nanoTime() < ends;
	}

	/** Lets all clients ask at once, each again and again, and returns what it took. */
	private Measurement load(ApiProcess api, List<ApiQuestion> questions, BooleanSupplier goOn)
			throws InterruptedException, ExecutionException {
		AtomicInteger number = new AtomicInteger();
		Callable<List<Double>> asking = () -> {
			List<Double> seconds = new ArrayList<>();
			GraphQlClient client = new GraphQlClient(api.graphQl(), "198.51.100." + number.incrementAndGet());
			while (goOn.getAsBoolean()) {
				long asked = System.nanoTime();
				client.ask(questions.get(seconds.size() % questions.size()).query());
				seconds.add((System.nanoTime() - asked) / 1e9);
			}
			return seconds;
		};
		Measurement all = new Measurement("load");
		try (ExecutorService threads = Executors.newFixedThreadPool(this.settings.clients())) {
			for (Future<List<Double>> client : threads
				.invokeAll(Collections.nCopies(this.settings.clients(), asking))) {
				client.get().forEach((seconds) -> all.add(seconds, 0));
			}
		}
		return all;
	}

	private static Path jar(String name) {
		return Path.of(System.getProperty("agent-metrics.bench." + name)).toAbsolutePath().normalize();
	}

}
