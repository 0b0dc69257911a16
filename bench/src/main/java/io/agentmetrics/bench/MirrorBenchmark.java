package io.agentmetrics.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures what it costs a platform that its table is connected. Clients write runs, each
 * an INSERT and an UPDATE in transactions of their own: into a plain table, into the same
 * table connected, and into agent_executions, in turn.
 */
public final class MirrorBenchmark {

	private static final Map<String, String> DEFAULTS = Map.of("clients", "2", "seconds", "10", "rounds", "5", "agents",
			"100", "url", "");

	/** As a platform's own migrations would make it. */
	private static final String PLATFORM = """
			drop schema if exists platform cascade;
			create schema platform;
			create table platform.agents (id uuid primary key, name varchar(100) not null);
			insert into platform.agents select md5('agent ' || n)::uuid, 'agent ' || n from generate_series(1, %d) n;
			insert into agents (id, name) select id, name from platform.agents on conflict do nothing;
			create table platform.plain (
				id uuid primary key,
				agent_id uuid not null references platform.agents,
				user_id uuid,
				input_data json,
				status varchar(20) not null,
				execution_start timestamp without time zone not null,
				execution_end timestamp without time zone,
				execution_time_ms integer,
				error_message text);
			create table platform.connected (like platform.plain including all,
				foreign key (agent_id) references platform.agents)
			""";

	private static final String WAL_BYTES = "select pg_current_wal_insert_lsn() - '0/0'";

	private final BenchArguments settings;

	private final BenchDatabase database;

	private final List<Way> ways = List.of(
			new Way("a plain table", "platform.plain", "cast(? as timestamptz) at time zone 'UTC'", "running",
					"completed"),
			new Way("the same table, connected", "platform.connected", "cast(? as timestamptz) at time zone 'UTC'",
					"running", "completed"),
			new Way("agent_executions itself", "agent_executions", "?", "RUNNING", "COMPLETED"));

	private MirrorBenchmark(BenchArguments settings, BenchDatabase database) {
		this.settings = settings;
		this.database = database;
	}

	public static void main(String[] arguments)
			throws IOException, SQLException, InterruptedException, ExecutionException {
		BenchArguments settings = BenchArguments.parse(List.of(arguments), DEFAULTS);
		try (BenchDatabase database = BenchDatabase.open(settings.text("url"))) {
			AggregatorProcess aggregator = AggregatorProcess.plainJar(BenchArguments.jar("aggregator"), 512,
					"agent-metrics.sources.bench.table=platform.connected",
					"agent-metrics.sources.bench.agents.table=platform.agents");
			aggregator.run(database, "migrate");
			database.execute(PLATFORM.formatted(settings.number("agents")));
			aggregator.run(database, "connect");
			new MirrorBenchmark(settings, database).run();
		}
	}

	private void run() throws SQLException, InterruptedException, ExecutionException {
		// the first round only warms up
		for (int round = 0; round <= this.settings.number("rounds"); round++) {
			for (Way way : this.ways) {
				measure(way, round > 0);
			}
		}
		String differences = this.database.single(
				"select (select count(*) from platform.connected) - count(*) from agent_executions where source_id > 0");
		if (!"0".equals(differences)) {
			throw new IllegalStateException(differences + " runs have not come over");
		}
		System.out.printf("%d clients, each run an INSERT and an UPDATE, medians of %d rounds of %d s%n%n",
				this.settings.number("clients"), this.settings.number("rounds"), this.settings.number("seconds"));
		System.out.printf("| written into | runs/s | min – max | × plain | WAL bytes/run |%n|---|---|---|---|---|%n");
		double plain = this.ways.getFirst().secondsPerRun().median();
		for (Way way : this.ways) {
			System.out.printf("| %s | %.0f | %.0f – %.0f | %.2f | %,.0f |%n", way.name(),
					1 / way.secondsPerRun().median(), 1 / way.secondsPerRun().max(), 1 / way.secondsPerRun().min(),
					plain / way.secondsPerRun().median(), way.walBytesPerRun().median());
		}
	}

	private void measure(Way way, boolean counts) throws SQLException, InterruptedException, ExecutionException {
		// so that each has as many pages to write whole
		this.database.execute("checkpoint");
		double walBytes = Double.parseDouble(this.database.single(WAL_BYTES));
		long started = System.nanoTime();
		long end = started + TimeUnit.SECONDS.toNanos(this.settings.number("seconds"));
		long runs = 0;
		try (ExecutorService clients = Executors.newCachedThreadPool()) {
			List<Callable<Long>> writing = Stream.generate(() -> (Callable<Long>) () -> write(way, end))
				.limit(this.settings.number("clients"))
				.toList();
			for (Future<Long> client : clients.invokeAll(writing)) {
				runs += client.get();
			}
		}
		if (counts) {
			way.secondsPerRun().add((System.nanoTime() - started) / 1e9 / runs, 0);
			way.walBytesPerRun().add((Double.parseDouble(this.database.single(WAL_BYTES)) - walBytes) / runs, 0);
		}
	}

	private long write(Way way, long end) throws SQLException {
		long runs = 0;
		try (Connection connection = DriverManager.getConnection(this.database.url());
				PreparedStatement insert = connection.prepareStatement(way.insert());
				PreparedStatement update = connection.prepareStatement(way.update())) {
			for (; System.nanoTime() < end; runs++) {
				UUID id = UUID.randomUUID();
				OffsetDateTime start = OffsetDateTime.now();
				insert.setObject(1, id);
				insert.setString(2,
						"agent " + ThreadLocalRandom.current().nextInt(1, 1 + this.settings.number("agents")));
				insert.setObject(3, start);
				insert.executeUpdate();
				update.setObject(1, OffsetDateTime.now());
				update.setInt(2, ThreadLocalRandom.current().nextInt(100_000));
				update.setObject(3, id);
				update.setObject(4, start);
				update.executeUpdate();
			}
		}
		return runs;
	}

	/**
	 * Where runs are written, and what that has cost.
	 *
	 * @param time a placeholder of a time as the table has it
	 */
	private record Way(String name, String table, String time, String running, String completed,
			Measurement secondsPerRun, Measurement walBytesPerRun) {

		Way(String name, String table, String time, String running, String completed) {
			this(name, table, time, running, completed, new Measurement("seconds a run"),
					new Measurement("bytes a run"));
		}

		String insert() {
			return """
					insert into %s (id, agent_id, user_id, input_data, status, execution_start)
					values (?, md5(?)::uuid, md5('user')::uuid, '{"question": "What does the invoice say?"}', '%s', %s)
					""".formatted(this.table, this.running, this.time);
		}

		String update() {
			return """
					update %s set status = '%s', execution_end = %s, execution_time_ms = ?
					where id = ? and execution_start = %s
					""".formatted(this.table, this.completed, this.time, this.time);
		}

	}

}
