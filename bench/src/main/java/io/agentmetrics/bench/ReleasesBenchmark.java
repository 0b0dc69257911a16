package io.agentmetrics.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures what it costs the aggregator that executions tell their release, and tokens
 * and costs: the same day in several databases, in turn. With another checkout it is
 * compared with its job, which may be older than releases.
 */
public final class ReleasesBenchmark {

	private static final Map<String, String> DEFAULTS = Map.of("executions", "1500000", "agents", "1000", "runs", "5",
			"heapMb", "512", "baseline", "");

	private ReleasesBenchmark() {
	}

	public static void main(String[] arguments) throws IOException, SQLException {
		BenchArguments given = BenchArguments.parse(List.of(arguments), DEFAULTS);
		Path jar = BenchArguments.jar("aggregator");
		List<Way> ways = new ArrayList<>();
		try {
			if (!given.text("baseline").isEmpty()) {
				Path other = Path.of(given.text("baseline")).toAbsolutePath().normalize();
				ways.add(Way.prepare("the other checkout, nothing told",
						other.resolve("aggregator/target/aggregator.jar"), settings(given, 0, false)));
			}
			Way nothing = Way.prepare("nothing told", jar, settings(given, 0, false));
			ways.add(nothing);
			ways.add(Way.prepare("one release", jar, settings(given, 1, false)));
			ways.add(Way.prepare("one release, tokens and costs", jar, settings(given, 1, true)));
			ways.add(Way.prepare("ten releases", jar, settings(given, 10, false)));
			ways.add(Way.prepare("ten releases, tokens and costs", jar, settings(given, 10, true)));
			for (int run = 0; run < given.number("runs"); run++) {
				for (Way way : ways) {
					way.run();
				}
			}
			System.out
				.printf("| executions tell | its job, median s | min – max | × nothing told | agent-days | cells |%n"
						+ "|---|---|---|---|---|---|%n");
			for (Way way : ways) {
				System.out.printf("| %s | %.2f | %.2f – %.2f | %.2f | %s | %s |%n", way.job().name(),
						way.job().median(), way.job().min(), way.job().max(),
						way.job().median() / nothing.job().median(),
						way.database().single("select count(*) from agent_metrics"), way.cells());
			}
		}
		finally {
			for (Way way : ways) {
				way.database().close();
			}
		}
	}

	private static BenchSettings settings(BenchArguments given, int releases, boolean usage) {
		return new BenchSettings(given.number("executions"), given.number("agents"), 1, releases, usage,
				given.number("runs"), given.number("heapMb"), "");
	}

	/**
	 * A database and the aggregator that is run over it.
	 */
	private record Way(Measurement job, BenchDatabase database, AggregatorProcess aggregator) {

		static Way prepare(String name, Path jar, BenchSettings settings) throws IOException, SQLException {
			System.out.printf("generating: %s …%n", name);
			BenchDatabase database = BenchDatabase.open(settings.url());
			AggregatorProcess.plainJar(jar, settings.heapMb()).run(database, "migrate");
			GeneratedExecutions.generate(database, settings);
			Path folder = Files.createTempDirectory("agent-metrics-bench");
			return new Way(new Measurement(name), database,
					AggregatorProcess.withAotCache(jar, folder, settings.heapMb(), database));
		}

		void run() throws SQLException {
			this.database.forgetDays();
			AggregatorProcess.Outcome outcome = this.aggregator.run(this.database);
			this.job.add(outcome.jobSeconds(), outcome.peakMemoryMb());
		}

		/** Another checkout may have no table of them. */
		String cells() throws SQLException {
			boolean known = this.database.single("select to_regclass('agent_metric_cells') is not null").equals("t");
			return known ? this.database.single("select count(*) from agent_metric_cells") : "";
		}

	}

}
