package io.agentmetrics.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Compares this build with another one, its baseline: each has a database of its own with
 * the same executions, and both are asked in turn, so that a machine that is slower for a
 * while is slower for both.
 */
public final class ComparisonBenchmark {

	private static final int AGGREGATOR_RUNS = 6;

	private final ApiBenchSettings settings;

	private final Build baseline;

	private final Build current;

	private ComparisonBenchmark(ApiBenchSettings settings, Build baseline, Build current) {
		this.settings = settings;
		this.baseline = baseline;
		this.current = current;
	}

	public static void main(String[] arguments) throws IOException, SQLException {
		ApiBenchSettings settings = ApiBenchSettings.parse(List.of(arguments));
		if (settings.baseline().isEmpty()) {
			throw new IllegalArgumentException(
					"baseline is missing: the folder of another checkout whose jars are built");
		}
		Path other = Path.of(settings.baseline()).toAbsolutePath().normalize();
		try (BenchDatabase databaseOfBaseline = BenchDatabase.open(settings.baselineUrl());
				BenchDatabase database = BenchDatabase.open(settings.url())) {
			new ComparisonBenchmark(settings,
					new Build(other.resolve("aggregator/target/aggregator.jar"), other.resolve("api/target/api.jar"),
							databaseOfBaseline),
					new Build(BenchArguments.jar("aggregator"), BenchArguments.jar("api"), database))
				.run();
		}
	}

	private void run() throws IOException, SQLException {
		for (Build build : List.of(this.baseline, this.current)) {
			GeneratedHistory.prepare(build.database(), this.settings, build.aggregator(this.settings));
		}
		System.out.printf("| what | baseline ms | this ms | this / baseline |%n|---|---|---|---|%n");
		compareAnswers(ServerProcess.WITHOUT_CACHES, ApiQuestion.uncached());
		compareAnswers(Map.of(), ApiQuestion.cached());
		compareAggregators();
	}

	private void compareAnswers(Map<String, String> caches, List<ApiQuestion> questions) throws IOException {
		try (ServerProcess one = this.baseline.api(this.settings, caches);
				ServerProcess other = this.current.api(this.settings, caches)) {
			List<GraphQlClient> clients = List.of(GraphQlClient.from(one.graphQl(), "198.51.100.1"),
					GraphQlClient.from(other.graphQl(), "198.51.100.1"));
			long ends = System.nanoTime() + TimeUnit.SECONDS.toNanos(2L * this.settings.warmupSeconds());
			while (System.nanoTime() < ends) {
				questions.forEach((question) -> clients.forEach((client) -> client.ask(question.query())));
			}
			Map<ApiQuestion, List<Measurement>> measured = new LinkedHashMap<>();
			questions.forEach((question) -> measured.put(question,
					List.of(new Measurement("baseline"), new Measurement("this"))));
			for (int round = 0; round < this.settings.requests(); round++) {
				for (Map.Entry<ApiQuestion, List<Measurement>> each : measured.entrySet()) {
					// who comes first finds the processor's caches full of something else
					for (int turn = 0; turn < 2; turn++) {
						int who = (round + turn) % 2;
						long asked = System.nanoTime();
						clients.get(who).ask(each.getKey().query());
						each.getValue().get(who).add((System.nanoTime() - asked) / 1e9, 0);
					}
				}
			}
			measured.forEach((question, both) -> print(question.name(), both.getFirst(), both.getLast()));
		}
	}

	private void compareAggregators() throws SQLException {
		List<Build> builds = List.of(this.baseline, this.current);
		List<Measurement> whole = List.of(new Measurement("baseline"), new Measurement("this"));
		List<Measurement> job = List.of(new Measurement("baseline"), new Measurement("this"));
		for (int run = 0; run < AGGREGATOR_RUNS; run++) {
			for (int turn = 0; turn < 2; turn++) {
				int who = (run + turn) % 2;
				Build build = builds.get(who);
				build.database().forgetDays();
				AggregatorProcess.Outcome outcome = build.aggregator(this.settings).run(build.database());
				whole.get(who).add(outcome.seconds(), 0);
				job.get(who).add(outcome.jobSeconds(), 0);
			}
		}
		print("aggregator, plain jar", whole.getFirst(), whole.getLast());
		print("its job alone", job.getFirst(), job.getLast());
	}

	private static void print(String name, Measurement baseline, Measurement current) {
		System.out.printf("| %s | %.2f | %.2f | %.3f |%n", name, baseline.median() * 1e3, current.median() * 1e3,
				current.median() / baseline.median());
	}

	/**
	 * A build and its database.
	 *
	 * @param aggregatorJar the aggregator
	 * @param apiJar the API
	 * @param database the database that both use
	 */
	private record Build(Path aggregatorJar, Path apiJar, BenchDatabase database) {

		AggregatorProcess aggregator(ApiBenchSettings settings) {
			return AggregatorProcess.plainJar(this.aggregatorJar, settings.heapMb());
		}

		ServerProcess api(ApiBenchSettings settings, Map<String, String> environment) {
			return ServerProcess.start(this.apiJar, settings.heapMb(), this.database, environment);
		}

	}

}
