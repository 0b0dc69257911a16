package io.agentmetrics.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Asks the API over HTTP, the way its clients do, after the aggregator has closed the
 * days: first with caches that keep nothing, then with the caches as they are by default.
 * Prints what each answer takes beside what it may take.
 */
public final class ApiBenchmark {

	private static final int LOAD_BAR = 3_000;

	private static final int HOSTILE_ATTEMPTS = 5;

	/** As the image has it. */
	private static final int SHIPPED_HEAP_MB = 614;

	private static final int BESIEGED_BAR_MS = 500;

	private static final int KEYS_FETCHED_A_SECOND = 1;

	/** Who asks for these is not besieged by his own questions. */
	private static final int QUICK_BAR_MS = 25;

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
			new ApiBenchmark(database, settings).run(BenchArguments.jar("aggregator"), BenchArguments.jar("api"));
		}
	}

	private void run(Path aggregatorJar, Path apiJar)
			throws IOException, SQLException, InterruptedException, ExecutionException {
		GeneratedHistory.prepare(this.database, this.settings,
				AggregatorProcess.plainJar(aggregatorJar, this.settings.heapMb()));
		System.out.println(this.database.single("select version()"));
		System.out.printf("%,d executions of %,d agents in %,d agent-days%n%n",
				Long.parseLong(this.database.single("select count(*) from agent_executions")),
				Long.parseLong(this.database.single("select count(*) from agents")),
				Long.parseLong(this.database.single("select count(*) from agent_metrics")));
		System.out.printf("| answer over HTTP | executions | median ms | p95 ms | may be |%n|---|---|---|---|---|%n");
		try (ServerProcess api = ServerProcess.start(apiJar, this.settings.heapMb(), this.database,
				ServerProcess.WITHOUT_CACHES)) {
			measure(api, ApiQuestion.uncached());
			if (this.settings.releases() > 0) {
				measure(api, ApiQuestion.ofRelease());
			}
		}
		measureObjectives(apiJar, Map.of("SUCCEEDS_SUCCESSRATE", "95", "SUCCEEDS_NAMES", "*"));
		measureObjectives(apiJar, Map.of("INTIME_WITHIN", "10s", "INTIME_SHARE", "95", "INTIME_NAMES", "*"));
		try (ServerProcess api = ServerProcess.start(apiJar, this.settings.heapMb(), this.database, Map.of())) {
			measure(api, ApiQuestion.cached());
			double requestsPerSecond = requestsPerSecond(api, ApiQuestion.cached());
			System.out.printf("%n%d clients, the cached questions in turn: %,.0f requests/s (at least %,d)%n",
					this.settings.clients(), requestsPerSecond, LOAD_BAR);
			attack(api);
		}
		besiege(apiJar);
	}

	/**
	 * Goes on with what means harm while good clients ask what nobody keeps; one wrong
	 * answer to them, a process that has ended, answers that take too long, or an issuer
	 * that is asked for its keys again and again fail the benchmark.
	 */
	private void besiege(Path apiJar) throws IOException, InterruptedException, ExecutionException {
		List<String> failed = new ArrayList<>();
		try (TokenIssuer issuer = TokenIssuer.start();
				ServerProcess api = ServerProcess.start(apiJar, SHIPPED_HEAP_MB, this.database, settings(issuer))) {
			PeakMemory memory = api.peakMemory();
			List<GraphQlClient> clients = IntStream.range(0, this.settings.clients())
				.mapToObj((number) -> GraphQlClient.withToken(api.graphQl(), issuer.token("good " + number)))
				.toList();
			Map<ApiQuestion, Long> right = rightAnswers(clients.getFirst());
			load(clients, List.copyOf(right.keySet()), within(this.settings.warmupSeconds()),
					(question, answer) -> requireRight(question, answer, right));
			System.out.printf("%n| besieged by | times | keys fetched | good answers | median ms | p95 ms | may be | "
					+ "longest ms |%n|---|---|---|---|---|---|---|---|%n");
			for (Siege siege : Siege.all(api.graphQl(), issuer)) {
				int fetchedBefore = issuer.keysFetched();
				AtomicLong times = new AtomicLong();
				Measurement good = besiege(siege, clients, right, times);
				System.out.printf("| %s | %,d | %d | %,d, none wrong | %.1f | %.1f | %d | %.1f |%n", siege.name(),
						times.get(), issuer.keysFetched() - fetchedBefore, good.runs(), good.median() * 1e3,
						good.p95() * 1e3, BESIEGED_BAR_MS, good.max() * 1e3);
				if (good.p95() * 1e3 > BESIEGED_BAR_MS) {
					failed.add(siege.name() + ": good clients waited too long");
				}
				if (issuer.keysFetched() - fetchedBefore > KEYS_FETCHED_A_SECOND * 2 * this.settings.loadSeconds()) {
					failed.add(siege.name() + ": the issuer had to work");
				}
			}
			System.out.printf("%nthe API meanwhile, with -Xmx%dm: %d MB at most%n", SHIPPED_HEAP_MB, memory.mb());
		}
		if (!failed.isEmpty()) {
			throw new IllegalStateException(String.join("; ", failed));
		}
	}

	private Measurement besiege(Siege siege, List<GraphQlClient> clients, Map<ApiQuestion, Long> right,
			AtomicLong times) throws InterruptedException, ExecutionException {
		BooleanSupplier goOn = within(2 * this.settings.loadSeconds());
		CountDownLatch begun = new CountDownLatch(siege.clients());
		try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int client = 0; client < siege.clients(); client++) {
				int number = client;
				background.submit(() -> times.addAndGet(siege.run(number, begun, goOn)));
			}
			begun.await();
			return load(clients, List.copyOf(right.keySet()), goOn,
					(question, answer) -> requireRight(question, answer, right));
		}
	}

	private static Map<String, String> settings(TokenIssuer issuer) {
		Map<String, String> settings = new HashMap<>(ServerProcess.WITHOUT_CACHES);
		settings.putAll(issuer.settings());
		return settings;
	}

	/** How many executions each answer is about that takes little when it is computed. */
	private static Map<ApiQuestion, Long> rightAnswers(GraphQlClient client) {
		Map<ApiQuestion, Long> right = new LinkedHashMap<>();
		ApiQuestion.uncached()
			.stream()
			.filter((question) -> question.barMs() <= QUICK_BAR_MS)
			.forEach((question) -> right.put(question, executions(client.ask(question.query())).orElseThrow()));
		return right;
	}

	/** Windows move on, so that they lose executions, but gain none. */
	private static void requireRight(ApiQuestion question, String answer, Map<ApiQuestion, Long> right) {
		long before = Objects.requireNonNull(right.get(question));
		long now = executions(answer).orElse(-1);
		if (now > before || now < 0.99 * before) {
			throw new IllegalStateException(
					"%s was about %,d executions, then about %,d".formatted(question.name(), before, now));
		}
	}

	private static OptionalLong executions(String answer) {
		Matcher executions = EXECUTIONS.matcher(answer);
		return executions.find() ? OptionalLong.of(Long.parseLong(executions.group(1))) : OptionalLong.empty();
	}

	/** Once with nothing kept, and once as it ships, but for the answers themselves. */
	private void measureObjectives(Path apiJar, Map<String, String> objective) throws IOException {
		for (boolean daysAreKept : new boolean[] { false, true }) {
			Map<String, String> all = new HashMap<>(ServerProcess.WITHOUT_CACHES);
			if (daysAreKept) {
				all.remove("AGENT_METRICS_CACHE_CLOSED_DAYS");
			}
			objective.forEach((name, value) -> all.put("AGENTMETRICS_OBJECTIVES_" + name, value));
			try (ServerProcess api = ServerProcess.start(apiJar, this.settings.heapMb(), this.database, all)) {
				measure(api, ApiQuestion.objectives(daysAreKept));
			}
		}
	}

	private void measure(ServerProcess api, List<ApiQuestion> questions) {
		Map<ApiQuestion, Measurement> measured = new LinkedHashMap<>();
		Map<ApiQuestion, String> answers = new LinkedHashMap<>();
		GraphQlClient client = client(api, 0);
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
			OptionalLong executions = executions(answers.getOrDefault(question, ""));
			System.out.printf("| %s | %s | %.1f | %.1f | %d |%n", question.name(),
					executions.isPresent() ? "%,d".formatted(executions.getAsLong()) : "", measurement.median() * 1e3,
					measurement.p95() * 1e3, question.barMs());
		});
	}

	/**
	 * Sends what means harm while good clients go on; theirs fail the benchmark if one
	 * answer does.
	 */
	private void attack(ServerProcess api) throws InterruptedException, ExecutionException {
		System.out.printf("%n| meanwhile, from somebody else | median ms | longest ms | may be |%n|---|---|---|---|%n");
		try (ExecutorService background = Executors.newSingleThreadExecutor();
				HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
			AtomicBoolean attacked = new AtomicBoolean(true);
			Future<Measurement> good = background
				.submit(() -> load(clients(api), ApiQuestion.cached(), attacked::get, ApiBenchmark::anyAnswer));
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

	private static String cursor(ServerProcess api) {
		Matcher cursor = CURSOR.matcher(client(api, 0).ask("{ agents(first: 1) { pageInfo { endCursor } } }"));
		if (!cursor.find()) {
			throw new IllegalStateException("There is no agent");
		}
		return cursor.group(1);
	}

	private double requestsPerSecond(ServerProcess api, List<ApiQuestion> questions)
			throws InterruptedException, ExecutionException {
		load(clients(api), questions, within(this.settings.warmupSeconds()), ApiBenchmark::anyAnswer);
		return load(clients(api), questions, within(this.settings.loadSeconds()), ApiBenchmark::anyAnswer).runs()
				/ (double) this.settings.loadSeconds();
	}

	private List<GraphQlClient> clients(ServerProcess api) {
		return IntStream.rangeClosed(1, this.settings.clients()).mapToObj((number) -> client(api, number)).toList();
	}

	private static GraphQlClient client(ServerProcess api, int number) {
		return GraphQlClient.from(api.graphQl(), "198.51.100." + number);
	}

	private static void anyAnswer(ApiQuestion question, String answer) {
		// one with errors has failed already
	}

	private static BooleanSupplier within(int seconds) {
		long ends = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
		return () -> System.nanoTime() < ends;
	}

	/** Lets all clients ask at once, each again and again, and returns what it took. */
	private static Measurement load(List<GraphQlClient> clients, List<ApiQuestion> questions, BooleanSupplier goOn,
			BiConsumer<ApiQuestion, String> check) throws InterruptedException, ExecutionException {
		Measurement all = new Measurement("load");
		try (ExecutorService threads = Executors.newFixedThreadPool(clients.size())) {
			List<Callable<List<Double>>> asking = clients.stream()
				.map((client) -> (Callable<List<Double>>) () -> ask(client, questions, goOn, check))
				.toList();
			for (Future<List<Double>> seconds : threads.invokeAll(asking)) {
				seconds.get().forEach((each) -> all.add(each, 0));
			}
		}
		return all;
	}

	private static List<Double> ask(GraphQlClient client, List<ApiQuestion> questions, BooleanSupplier goOn,
			BiConsumer<ApiQuestion, String> check) {
		List<Double> seconds = new ArrayList<>();
		while (goOn.getAsBoolean()) {
			ApiQuestion question = questions.get(seconds.size() % questions.size());
			long asked = System.nanoTime();
			String answer = client.ask(question.query());
			seconds.add((System.nanoTime() - asked) / 1e9);
			check.accept(question, answer);
		}
		return seconds;
	}

}
