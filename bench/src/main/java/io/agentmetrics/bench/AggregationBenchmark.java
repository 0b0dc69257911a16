package io.agentmetrics.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * Runs the aggregator and the SQL it replaces side by side, in turn, over the same
 * executions, and prints what each costs and how far the aggregator's percentiles are
 * from the exact ones.
 */
public final class AggregationBenchmark {

	private static final String EXACT_TABLE = """
			create table exact_agent_metrics (
				id uuid primary key default gen_random_uuid(), agent_id uuid not null references agents,
				metric_date date not null, total bigint, successful bigint, failed bigint, cancelled bigint,
				in_progress bigint, errors bigint, avg_ms double precision, min_ms bigint, max_ms bigint,
				percentiles bigint[], unique (agent_id, metric_date))
			""";

	/** What a user would write instead of this product. */
	private static final String EXACT_SQL = """
			insert into exact_agent_metrics (agent_id, metric_date, total, successful, failed, cancelled, in_progress,
				errors, avg_ms, min_ms, max_ms, percentiles)
			select agent_id, (execution_start at time zone 'UTC')::date, count(*),
				count(*) filter (where status = 'COMPLETED'), count(*) filter (where status in ('FAILED', 'TIMEOUT')),
				count(*) filter (where status = 'CANCELLED'), count(*) filter (where status in ('PENDING', 'RUNNING')),
				count(error_message), avg(execution_time_ms), min(execution_time_ms), max(execution_time_ms),
				percentile_disc(array[0.5, 0.95, 0.99]) within group (order by execution_time_ms)
			from agent_executions where execution_start < date_trunc('day', now(), 'UTC')
			group by 1, 2
			""";

	/** The same for one day by itself, which lets PostgreSQL read our own index. */
	private static final String EXACT_DAY_SQL = """
			insert into exact_agent_metrics (agent_id, metric_date, total, successful, failed, cancelled, in_progress,
				avg_ms, min_ms, max_ms, percentiles)
			select agent_id, current_date - 1, count(*),
				count(*) filter (where status = 'COMPLETED'), count(*) filter (where status in ('FAILED', 'TIMEOUT')),
				count(*) filter (where status = 'CANCELLED'), count(*) filter (where status in ('PENDING', 'RUNNING')),
				avg(execution_time_ms), min(execution_time_ms), max(execution_time_ms),
				percentile_disc(array[0.5, 0.95, 0.99]) within group (order by execution_time_ms)
			from agent_executions
			where execution_start >= date_trunc('day', now(), 'UTC') - interval '1 day'
				and execution_start < date_trunc('day', now(), 'UTC')
			group by agent_id
			""";

	private static final String RAW_COPY = """
			copy (select agent_id, status, execution_time_ms from agent_executions
				where execution_start < date_trunc('day', now(), 'UTC')) to stdout (format binary)
			""";

	private static final String COUNT_COPY = """
			copy (select agent_id, count(*) from agent_executions
				where execution_start < date_trunc('day', now(), 'UTC') group by agent_id) to stdout (format binary)
			""";

	private static final String DIFFERENCES = """
			select count(*) from exact_agent_metrics e full join agent_metrics m using (agent_id, metric_date)
			where (e.total, e.successful, e.failed, e.cancelled, e.in_progress, e.errors, e.min_ms, e.max_ms)
				is distinct from (m.total_executions, m.successful_executions, m.failed_executions, m.cancelled_executions,
					m.in_progress_executions, m.total_errors, m.min_execution_time_ms, m.max_execution_time_ms)
				or abs(e.avg_ms - m.avg_execution_time_ms) > 1e-9 * e.avg_ms
			""";

	/**
	 * How far, in percent of rank, a stored percentile is from the rank it stands for; 0
	 * inside its own ties.
	 */
	private static final String RANK_ERROR = """
			select coalesce(round(max(greatest(below - %2$s * n, %2$s * n - at_or_below, 0) / n * 100)::numeric, 3), 0)
			from (
				select count(*) as n, count(*) filter (where execution_time_ms < m.%1$s) as below,
					count(*) filter (where execution_time_ms <= m.%1$s) as at_or_below
				from agent_executions e join agent_metrics m on m.agent_id = e.agent_id
					and m.metric_date = (e.execution_start at time zone 'UTC')::date
				where execution_time_ms is not null and m.timed_executions > 1024
				group by m.agent_id, m.metric_date) ranks
			""";

	private final BenchDatabase database;

	private final BenchSettings settings;

	private final Measurement plain = new Measurement("(a) aggregator, plain jar");

	private final Measurement plainJob = new Measurement("(a) its job alone");

	private final Measurement cached = new Measurement("(a) aggregator, AOT cache, C1");

	private final Measurement cachedJob = new Measurement("(a) its job alone, AOT cache, C1");

	private final Measurement exact = new Measurement("(b) INSERT … SELECT percentile_disc");

	private final Measurement exactInMemory = new Measurement("(b) the same with work_mem = 1GB");

	private final Measurement exactDay = new Measurement("(b′) the same for one day by itself, without errors");

	private final Measurement raw = new Measurement("(c) COPY of three columns, thrown away");

	private final Measurement counts = new Measurement("(d) COPY of count(*) per agent");

	private final Measurement idle = new Measurement("nothing to do, plain jar");

	private final Measurement idleCached = new Measurement("nothing to do, AOT cache, C1");

	private AggregationBenchmark(BenchDatabase database, BenchSettings settings) {
		this.database = database;
		this.settings = settings;
	}

	public static void main(String[] arguments) throws IOException, SQLException {
		BenchSettings settings = BenchSettings.parse(List.of(arguments));
		Path jar = BenchArguments.jar("aggregator");
		Path folder = Files.createTempDirectory("agent-metrics-bench");
		try (BenchDatabase database = BenchDatabase.open(settings.url())) {
			new AggregationBenchmark(database, settings).run(jar, folder);
		}
	}

	private void run(Path jar, Path folder) throws SQLException {
		AggregatorProcess aggregator = AggregatorProcess.plainJar(jar, this.settings.heapMb());
		aggregator.run(this.database, "migrate");
		// of an earlier run over the same database; it refers to agents that are about to
		// go
		this.database.execute("drop table if exists exact_agent_metrics");
		System.out.printf("%s%n%,d executions of %,d agents over %d days; generating …%n",
				this.database.single("select version()"), this.settings.executions(), this.settings.agents(),
				this.settings.days());
		GeneratedExecutions.generate(this.database, this.settings);
		this.database.execute(EXACT_TABLE);
		AggregatorProcess withCache = AggregatorProcess.withAotCache(jar, folder, this.settings.heapMb(),
				this.database);
		for (int run = 1; run <= this.settings.runs(); run++) {
			System.out.printf("run %d of %d%n", run, this.settings.runs());
			measureOnce(aggregator, withCache);
		}
		report();
	}

	private void forget() throws SQLException {
		this.database.execute("truncate exact_agent_metrics");
		this.database.forgetDays();
	}

	private void measureOnce(AggregatorProcess aggregator, AggregatorProcess withCache) throws SQLException {
		forget();
		measure(this.raw, () -> this.database.discard(RAW_COPY));
		measure(this.counts, () -> this.database.discard(COUNT_COPY));
		measure(withCache, this.cached, this.cachedJob);
		measure(withCache, this.idleCached, null);
		forget();
		measure(aggregator, this.plain, this.plainJob);
		measure(aggregator, this.idle, null);
		measure(this.exactInMemory, () -> this.database.execute("set work_mem = '1GB'", EXACT_SQL));
		this.database.execute("truncate exact_agent_metrics");
		if (this.settings.days() == 1) {
			measure(this.exactDay, () -> this.database.execute(EXACT_DAY_SQL));
			this.database.execute("truncate exact_agent_metrics");
		}
		measure(this.exact, () -> this.database.execute(EXACT_SQL));
	}

	private void measure(AggregatorProcess process, Measurement whole,
			@org.jspecify.annotations.Nullable Measurement job) {
		AggregatorProcess.Outcome outcome = process.run(this.database);
		whole.add(outcome.seconds(), outcome.peakMemoryMb());
		if (job != null) {
			job.add(outcome.jobSeconds(), outcome.peakMemoryMb());
		}
	}

	private static void measure(Measurement measurement, Work work) throws SQLException {
		long started = System.nanoTime();
		work.run();
		measurement.add((System.nanoTime() - started) / 1e9, 0);
	}

	private void report() throws SQLException {
		System.out.printf(
				"%n| way | median s | min – max | M rows/s | × (b) | × (c) | peak MB |%n|---|---|---|---|---|---|---|%n");
		for (Measurement each : List.of(this.plain, this.plainJob, this.cached, this.cachedJob, this.exact,
				this.exactInMemory, this.exactDay, this.raw, this.counts, this.idle, this.idleCached)) {
			if (each.runs() == 0) {
				continue;
			}
			System.out.printf("| %s | %.2f | %.2f – %.2f | %.2f | %.2f | %.2f | %s |%n", each.name(), each.median(),
					each.min(), each.max(), this.settings.executions() / each.median() / 1e6,
					each.median() / this.exact.median(), each.median() / this.raw.median(),
					(each.peakMemoryMb() > 0) ? each.peakMemoryMb() : "");
		}
		System.out.printf("%nAgent-days %s; with other counts, min, max or average than (b): %s%n",
				this.database.single("select count(*) from agent_metrics"), this.database.single(DIFFERENCES));
		System.out.printf("Worst rank error in %% beyond 1,024 executions: p50 %s, p95 %s, p99 %s%n",
				rankError("p50_execution_time_ms", 0.5), rankError("p95_execution_time_ms", 0.95),
				rankError("p99_execution_time_ms", 0.99));
	}

	private String rankError(String column, double rank) throws SQLException {
		return this.database.single(RANK_ERROR.formatted(column, rank));
	}

	/** What is measured. */
	private interface Work {

		void run() throws SQLException;

	}

}
