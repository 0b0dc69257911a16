package io.agentmetrics.aggregator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.agentmetrics.aggregator.job.RunRequest;
import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecutions;
import org.jspecify.annotations.Nullable;

import static org.awaitility.Awaitility.await;

/**
 * A database of its own with an aggregator on it, which believes the time that a test
 * sets.
 */
final class AggregatorFixture implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final TestDatabase database;

	private final TestExecutions executions;

	private SqlSession sql;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<InProcessAggregator> aggregators = new ArrayList<>();

	private final SettableClock clock;

	private String[] properties = {};

	private ZoneId zone;

	private AggregatorFixture(TestDatabase database, Instant now, ZoneId zone) {
		this.database = database;
		this.executions = new TestExecutions(database.dataSource());
		this.sql = session();
		this.clock = new SettableClock(now);
		this.zone = zone;
	}

	static AggregatorFixture at(String now) {
		return at(now, "UTC");
	}

	static AggregatorFixture at(String now, String zone) {
		return new AggregatorFixture(TestDatabase.create(), Instant.parse(now), ZoneId.of(zone));
	}

	/**
	 * For processes, which believe the system's clock: in a zone where it is noon, so
	 * that no midnight passes while the test runs.
	 */
	static AggregatorFixture atNoon() {
		return atNoon(TestDatabase.create());
	}

	/**
	 * The same with a PostgreSQL that may {@linkplain #restartServer() restart} and
	 * {@linkplain #crashServer() crash}.
	 */
	static AggregatorFixture atNoonAlone() {
		return atNoon(TestDatabase.createAlone());
	}

	private static AggregatorFixture atNoon(TestDatabase database) {
		Instant now = Clock.systemUTC().instant();
		int east = 12 - now.atOffset(ZoneOffset.UTC).getHour();
		// these names count hours to the west
		return new AggregatorFixture(database, now, ZoneId.of("Etc/GMT" + ((east > 0) ? "-" : "+") + Math.abs(east)));
	}

	/** What a run without arguments is asked. */
	static RunRequest upToDate() {
		return request(null, null, null, Shard.WHOLE);
	}

	static RunRequest rebuild(String from, String to) {
		return request(LocalDate.parse(from), LocalDate.parse(to), null, Shard.WHOLE);
	}

	static RunRequest rebuildFrom(String from) {
		return request(LocalDate.parse(from), null, null, Shard.WHOLE);
	}

	static RunRequest rebuildTo(String to) {
		return request(null, LocalDate.parse(to), null, Shard.WHOLE);
	}

	static RunRequest rebuild(UUID agentId) {
		return request(null, null, agentId, Shard.WHOLE);
	}

	static RunRequest shard(int index, int count) {
		return request(null, null, null, new Shard(index, count));
	}

	static RunRequest startOver() {
		return new RunRequest(Optional.empty(), Optional.empty(), Optional.empty(), Shard.WHOLE, true);
	}

	static RunRequest request(@Nullable LocalDate from, @Nullable LocalDate to, @Nullable UUID agentId, Shard shard) {
		return new RunRequest(Optional.ofNullable(from), Optional.ofNullable(to), Optional.ofNullable(agentId), shard,
				false);
	}

	/**
	 * Sets properties of the aggregators that start from now on.
	 * @param settings like {@code name=value}
	 * @return this
	 */
	AggregatorFixture with(String... settings) {
		this.properties = settings;
		closeAggregators();
		return this;
	}

	TestDatabase database() {
		return this.database;
	}

	TestExecutions executions() {
		return this.executions;
	}

	SqlSession sql() {
		return this.sql;
	}

	ZoneId zone() {
		return this.zone;
	}

	/** The day that is not over. */
	LocalDate today() {
		return LocalDate.now(this.clock.withZone(this.zone));
	}

	SettableClock clock() {
		return this.clock;
	}

	/**
	 * Stores one execution per agent and day, some of them failed.
	 * @param agents how many agents
	 * @param days how many days up to yesterday
	 */
	void storeDays(int agents, int days) {
		this.sql.run("insert into agents select gen_random_uuid(), 'agent ' || n from generate_series(1, %s) n",
				agents);
		this.sql.run(
				"""
						insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms, error_message)
						select id, id, case when day %% 3 = 0 then 'FAILED' else 'COMPLETED' end,
							(date '%s' - day + time '10:00') at time zone '%s', 7 * day,
							case when day %% 3 = 0 then 'broken' end
						from agents, generate_series(1, %s) as day
						""",
				today(), this.zone, days);
	}

	/** A further session, for what happens at the same time. */
	SqlSession session() {
		return new SqlSession(this.database.dataSource());
	}

	MetricsOracle oracle() {
		return new MetricsOracle(this.sql, this.zone, today());
	}

	/** The aggregator that {@link #run()} uses. */
	InProcessAggregator aggregator() {
		if (this.aggregators.isEmpty()) {
			this.aggregators.add(another());
		}
		return this.aggregators.getFirst();
	}

	/**
	 * Starts an aggregator as another process would be, on the same database; the caller
	 * closes it.
	 */
	InProcessAggregator another() {
		List<String> settings = new ArrayList<>(List.of(this.properties));
		settings.add("agent-metrics.zone=" + this.zone);
		settings.add("agent-metrics.aggregator.workers=2");
		return new InProcessAggregator(this.database, this.clock, settings.toArray(String[]::new));
	}

	/** Restarts the aggregator with another zone. */
	void restartIn(String otherZone) {
		this.zone = ZoneId.of(otherZone);
		closeAggregators();
	}

	/** A run without arguments, a second after the last. */
	boolean run() {
		return run(upToDate());
	}

	boolean run(RunRequest request) {
		this.clock.advance(Duration.ofSeconds(1));
		return aggregator().run(request);
	}

	/** Runs on a thread of its own. */
	Future<Boolean> start(InProcessAggregator aggregator, RunRequest request) {
		this.clock.advance(Duration.ofSeconds(1));
		return this.threads.submit(() -> aggregator.run(request));
	}

	/** Waits until this many statements of aggregators wait for a lock. */
	void awaitBlocked(int statements) {
		try (SqlSession observer = session()) {
			await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> observer.number("""
					select count(*) from pg_stat_activity where datname = current_database()
						and wait_event_type = 'Lock' and application_name like 'agent-metrics-aggregator%'
					""") >= statements);
		}
	}

	/**
	 * Ends the sessions that aggregators have now and waits until they are gone.
	 * @param application which sessions, an SQL pattern
	 */
	void terminate(String application) {
		try (SqlSession administrator = session()) {
			String terminated = String.join(",", administrator.column("""
					with sessions as materialized (
						select pid from pg_stat_activity
						where datname = current_database() and application_name like '%s'
					)
					select pid from sessions where pg_terminate_backend(pid)
					""", application));
			await().atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(20))
				.until(() -> administrator.number("select count(*) from pg_stat_activity where pid = any ('{%s}')",
						terminated) == 0);
		}
	}

	/** Shuts PostgreSQL down and waits until it is there again. */
	void restartServer() {
		this.sql.close();
		this.database.restartServer();
		reconnect();
	}

	/** Lets PostgreSQL crash and waits until it has recovered. */
	void crashServer() {
		this.sql.close();
		this.database.crashServer();
		reconnect();
	}

	private void reconnect() {
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(20))
			.ignoreExceptions()
			.untilAsserted(() -> this.sql = session());
	}

	/** Each agent-day's identity, revision and time of change. */
	Map<String, String> agentDays() {
		return this.sql.map("""
				select agent_id || ' ' || metric_date, concat_ws(' ', id, revision, updated_at, created_at)
				from agent_metrics order by 1
				""");
	}

	/** Each closed day's revision and time of change. */
	Map<String, String> closedDays() {
		return this.sql
			.map("select metric_date, concat_ws(' ', revision, updated_at, snapshot) from aggregated_days order by 1");
	}

	/** What has come, gone or changed between two states. */
	static Set<String> difference(Map<String, String> before, Map<String, String> after) {
		Set<String> changed = new TreeSet<>(before.keySet());
		changed.addAll(after.keySet());
		changed.removeIf((key) -> before.containsKey(key) && before.get(key).equals(after.get(key)));
		return changed;
	}

	String watermarks() {
		return this.sql.value("""
				select coalesce(string_agg(concat_ws(' ', shards, shard, watermark), ', ' order by shards, shard), '')
				from aggregation_shards where watermark is not null
				""");
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		closeAggregators();
		this.sql.close();
		this.database.close();
	}

	private void closeAggregators() {
		this.aggregators.forEach(InProcessAggregator::close);
		this.aggregators.clear();
	}

}
