package io.agentmetrics.api.exposition;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class PublisherIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	/** What should have been counted, by agent, status, error type and bucket. */
	private static final String FINISHED = """
			select agent_id::text || ' ' || status as series, count(*) as executions
			from agent_executions where finished_in is not null group by 1
			union all
			select agent_id::text || ' error ' || coalesce(nullif(error_type, ''), 'unknown'), count(*)
			from agent_executions where status in ('FAILED', 'TIMEOUT') group by 1
			union all
			select agent_id::text || ' up to ' || coalesce((select min(bound) from unnest(:bounds::double precision[]) bound
				where execution_time_ms <= bound * 1000)::text, 'any'), count(*)
			from agent_executions where finished_in is not null and execution_time_ms is not null group by 1
			union all
			select agent_id::text || ' ' || type, sum(used) from (
				select agent_id, unnest(array['input', 'output', 'cached', 'microdollars']) as type,
					unnest(array[input_tokens, output_tokens, cached_input_tokens, (cost_usd * 1000000)::bigint]) as used
				from agent_executions where finished_in is not null
			) usage where used > 0 group by 1
			""";

	private final TestDatabase database = TestDatabase.create();

	private final TestExecutions executions = new TestExecutions(this.database.dataSource());

	private final JdbcClient sql = JdbcClient.create(this.database.dataSource());

	private final List<Publisher> publishers = new ArrayList<>();

	@AfterEach
	void stop() {
		this.publishers.forEach(Publisher::stop);
		this.database.close();
	}

	@Test
	void fourWritersWithSlowCommitsAreCountedExactly() throws Exception {
		long seed = System.nanoTime();
		System.out.println("PublisherIntegrationTests seed " + seed);
		List<UUID> agents = agents(7);
		Publisher publisher = publisher(200);
		await().atMost(SOON).until(() -> publisher.published().isPresent());
		try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
			List<Future<?>> writing = new ArrayList<>();
			for (int writer = 0; writer < 4; writer++) {
				Random random = new Random(seed + writer);
				writing.add(writers.submit(() -> write(agents, random, 2_500)));
			}
			for (Future<?> one : writing) {
				one.get();
			}
		}
		assertThat(this.sql.sql("select count(*) from agent_executions").query(Long.class).single()).isEqualTo(10_000);
		assertCountsEqualTheTable(publisher);
		assertThat(publisher.lagSeconds()).hasValue(0);
	}

	@Test
	void nextReplicaGoesOnWithWhatReleasesUsed() throws Exception {
		List<UUID> agents = agents(2);
		Publisher first = publisher(200, 2);
		await().atMost(SOON).until(() -> first.published().isPresent());
		Random random = new Random(1);
		write(agents, random, 300);
		assertCountsEqualTheTable(first);
		first.stop();
		Publisher second = publisher(200, 2);
		await().atMost(SOON).until(() -> second.published().isPresent());
		write(agents, random, 300);
		assertCountsEqualTheTable(second);
		assertThat(second.published().orElseThrow().agents().get(agents.getFirst().toString()))
			.satisfies((totals) -> assertThat(totals.byVersion()).hasSize(3).containsKey(Totals.OTHER));
	}

	@Test
	void runIsCountedOnceAtItsFirstTerminalStatus() {
		UUID agent = this.executions.agent("a");
		Publisher publisher = publisher(200);
		await().atMost(SOON).until(() -> publisher.published().isPresent());
		Instant start = Instant.now().minusSeconds(60);
		UUID run = this.executions.insert(new TestExecution(agent, ExecutionStatus.PENDING, start, null, null, null));
		this.executions.update(run, TestExecution.running(agent, start));
		this.executions.update(run, TestExecution.failed(agent, start, 1_000, "no"));
		await().atMost(SOON).until(() -> count(publisher, agent, ExecutionStatus.FAILED) == 1);
		this.executions.update(run, TestExecution.completed(agent, start, 2_000));
		this.executions.update(run, TestExecution.running(agent, start));
		this.executions.update(run, TestExecution.completed(agent, start, 3_000));
		UUID next = this.executions.insert(TestExecution.completed(agent, start, 500));
		this.executions.delete(next);
		this.executions.insert(new TestExecution(agent, ExecutionStatus.CANCELLED, start, null, null, null));
		await().atMost(SOON).until(() -> count(publisher, agent, ExecutionStatus.CANCELLED) == 1);
		assertThat(count(publisher, agent, ExecutionStatus.FAILED)).isOne();
		assertThat(count(publisher, agent, ExecutionStatus.COMPLETED)).isLessThanOrEqualTo(1);
	}

	@Test
	void whatIsRolledBackNeverCountsAndWhatCommitsLateDoes() throws SQLException {
		UUID agent = this.executions.agent("a");
		Publisher publisher = publisher(200);
		await().atMost(SOON).until(() -> publisher.published().isPresent());
		try (Connection late = this.database.dataSource().getConnection();
				Connection never = this.database.dataSource().getConnection();
				Statement lateStatement = late.createStatement();
				Statement neverStatement = never.createStatement()) {
			late.setAutoCommit(false);
			never.setAutoCommit(false);
			lateStatement.execute(insert(agent, "COMPLETED", 3));
			neverStatement.execute(insert(agent, "COMPLETED", 5));
			// positions that neither of them is visible in
			for (int round = 1; round <= 3; round++) {
				this.executions.insert(TestExecution.failed(agent, Instant.now(), 10, "no"));
				int failed = round;
				await().atMost(SOON).until(() -> count(publisher, agent, ExecutionStatus.FAILED) == failed);
			}
			assertThat(count(publisher, agent, ExecutionStatus.COMPLETED)).isZero();
			never.rollback();
			late.commit();
		}
		await().atMost(SOON).until(() -> count(publisher, agent, ExecutionStatus.COMPLETED) == 3);
		assertCountsEqualTheTable(publisher);
	}

	@Test
	void anotherReplicaGoesOnWhereTheFirstStopped() {
		UUID agent = this.executions.agent("a");
		Publisher first = publisher(200);
		await().atMost(SOON).until(() -> first.published().isPresent());
		Publisher second = publisher(200);
		this.executions.insert(TestExecution.completed(agent, Instant.now(), 10));
		await().atMost(SOON).until(() -> count(first, agent, ExecutionStatus.COMPLETED) == 1);
		assertThat(second.published()).isEmpty();
		await().atMost(SOON).until(() -> second.lagSeconds().isPresent());
		first.stop();
		assertThat(first.published()).isEmpty();
		this.executions.insert(TestExecution.completed(agent, Instant.now(), 10));
		await().atMost(Duration.ofSeconds(5)).until(() -> count(second, agent, ExecutionStatus.COMPLETED) == 2);
		assertCountsEqualTheTable(second);
	}

	@Test
	void replicaThatLosesItsConnectionStopsPublishingAndNothingIsCountedTwice(CapturedOutput output) {
		UUID agent = this.executions.agent("a");
		Publisher first = publisher(200);
		await().atMost(SOON).until(() -> first.published().isPresent());
		Publisher second = publisher(200);
		for (int round = 0; round < 10; round++) {
			this.executions.insert(TestExecution.completed(agent, Instant.now(), 10));
			this.sql.sql("""
					select pg_terminate_backend(pid) from pg_locks
					where locktype = 'advisory' and granted and database = (
						select oid from pg_database where datname = current_database())
					""").query().listOfRows();
			this.executions.insert(TestExecution.completed(agent, Instant.now(), 10));
			await().atMost(Duration.ofSeconds(5)).until(() -> publishing(first, second) == 1);
		}
		assertCountsEqualTheTable(first, second);
		assertThat(output.getAll()).contains("This replica no longer counts executions").doesNotContain("\tat ");
	}

	@Test
	void backlogIsCountedInBatches() throws SQLException {
		UUID agent = this.executions.agent("a");
		try (PublisherSession session = PublisherSession.open(details(), properties(200, 0), SOON);
				Connection open = this.database.dataSource().getConnection();
				Statement statement = open.createStatement()) {
			Totals totals = session.takeOver();
			open.setAutoCommit(false);
			statement.execute(insert(agent, "TIMEOUT", 10));
			for (int batch = 0; batch < 4; batch++) {
				this.sql.sql(insert(agent, "COMPLETED", 30_000)).update();
			}
			List<Long> counted = new ArrayList<>();
			PublisherSession.Counted batch;
			do {
				batch = session.count(totals);
				totals = batch.totals();
				counted.add(count(totals, agent, ExecutionStatus.COMPLETED));
			}
			while (!batch.next().progress().caughtUp());
			assertThat(counted).containsExactly(60_000L, 120_000L, 120_000L);
			open.commit();
			assertThat(count(session.count(totals).totals(), agent, ExecutionStatus.TIMEOUT)).isEqualTo(10);
		}
	}

	@Test
	void thousandsOfAgentsStayUnderTheCap() {
		List<UUID> agents = agents(5_000);
		Publisher publisher = publisher(50);
		await().atMost(SOON).until(() -> publisher.published().isPresent());
		this.executions.insertAll(agents.stream()
			.map((agent) -> TestExecution.failed(agent, Instant.now().minusSeconds(10), 10, "no"))
			.toList());
		UUID busy = agents.get(4_321);
		this.executions.insertAll(List.of(TestExecution.completed(busy, Instant.now(), 10),
				TestExecution.completed(busy, Instant.now(), 10)));
		await().atMost(SOON).until(() -> sum(publisher, ExecutionStatus.COMPLETED) == 2);
		Totals totals = publisher.published().orElseThrow();
		assertThat(totals.ownSeries()).isEqualTo(50);
		assertThat(totals.agents()).hasSize(51);
		assertThat(sum(publisher, ExecutionStatus.FAILED)).isEqualTo(5_000);
	}

	@Test
	void agentsHaveTheirSeriesBeforeTheirFirstRunWhereThereIsRoom() {
		List<UUID> agents = agents(3);
		Publisher publisher = publisher(3);
		await().atMost(SOON).until(() -> publisher.published().isPresent());
		assertThat(publisher.published().orElseThrow().agents())
			.containsOnlyKeys(agents.stream().map(UUID::toString).toList());
	}

	@Test
	void agentsThatAreRetiredOrDeletedLoseTheirSeriesAnHourAfterTheirLastRun() throws SQLException {
		List<UUID> agents = agents(5);
		UUID stays = agents.get(0);
		UUID runsOn = agents.get(1);
		try (PublisherSession session = PublisherSession.open(details(), properties(5, 0), SOON)) {
			Totals before = session.takeOver();
			assertThat(before.agents()).hasSize(5);
			this.sql.sql("update agents set retired_at = now() where id = any (:retired)")
				.param("retired", new UUID[] { runsOn, agents.get(2), agents.get(3) })
				.update();
			this.sql.sql("delete from agents where id = :deleted").param("deleted", agents.get(4)).update();
			assertThat(session.adopt(before).agents()).hasSize(5);
			this.sql.sql(
					"update exposition_totals set updated_at = now() - interval '61 minutes' where agent_id <> :runsOn")
				.param("runsOn", runsOn.toString())
				.update();
			UUID newcomer = agents(1).getFirst();
			assertThat(session.adopt(before).agents()).containsOnlyKeys(stays.toString(), runsOn.toString(),
					newcomer.toString());
			assertThat(session.takeOver().agents()).containsOnlyKeys(stays.toString(), runsOn.toString(),
					newcomer.toString());
		}
	}

	@Test
	void databaseOfAnotherClusterIsCountedOnWhereItWasOnceItsExecutionsAreAdopted(CapturedOutput output) {
		UUID agent = this.executions.agent("a");
		Publisher first = publisher(200);
		await().atMost(SOON).until(() -> first.published().isPresent());
		this.executions.insert(TestExecution.completed(agent, Instant.now(), 10));
		await().atMost(SOON).until(() -> count(first, agent, ExecutionStatus.COMPLETED) == 1);
		first.stop();
		this.sql.sql("update exposition_position set system_identifier = 1, seen = '9000000000:9000000000:'").update();
		this.executions.insert(TestExecution.completed(agent, Instant.now(), 10));
		Publisher second = publisher(200);
		await().atMost(SOON)
			.until(() -> output.getAll().contains("The transaction numbers are those of another PostgreSQL cluster"));
		assertThat(second.published()).isEmpty();
		this.sql.sql("select adopt_executions()").query().singleRow();
		await().atMost(SOON).until(() -> second.published().isPresent());
		this.executions.insert(TestExecution.failed(agent, Instant.now(), 10, "no"));
		await().atMost(SOON).until(() -> count(second, agent, ExecutionStatus.FAILED) == 1);
		assertThat(count(second, agent, ExecutionStatus.COMPLETED)).isEqualTo(2);
	}

	@Test
	void whatWaitsToBeCountedIsSeenByAReplicaThatDoesNotCount() throws Exception {
		UUID agent = this.executions.agent("a");
		try (PublisherSession holder = PublisherSession.open(details(), properties(200, 0), SOON)) {
			assertThat(holder.tryLock()).isTrue();
			holder.takeOver();
			Publisher other = publisher(200);
			await().atMost(SOON).until(() -> other.lagSeconds().isPresent());
			this.executions.insert(TestExecution.completed(agent, Instant.now(), 10));
			await().atMost(SOON).until(() -> other.lagSeconds().orElse(0) > 1);
			assertThat(other.published()).isEmpty();
		}
	}

	private Void write(List<UUID> agents, Random random, int runs) throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			int written = 0;
			while (written < runs) {
				int transaction = Math.min(runs - written, 1 + random.nextInt(200));
				for (int run = 0; run < transaction; run++) {
					write(statement, agents.get(random.nextInt(agents.size())), random);
				}
				statement.executeBatch();
				statement.execute("select pg_sleep(%s)".formatted(random.nextDouble() / 5));
				if (random.nextInt(5) == 0) {
					connection.rollback();
				}
				else {
					connection.commit();
					written += transaction;
				}
			}
		}
		return null;
	}

	private static void write(Statement statement, UUID agent, Random random) throws SQLException {
		UUID id = new UUID(random.nextLong(), random.nextLong());
		String status = ExecutionStatus.values()[random.nextInt(ExecutionStatus.values().length)].name();
		String error = List.of("null", "''", "'ToolError'", "'Timeout'").get(random.nextInt(4));
		String ms = (random.nextInt(9) == 0) ? "null" : String.valueOf((long) Math.exp(random.nextDouble(19)));
		boolean updated = random.nextBoolean();
		statement.execute(
				"""
						insert into agent_executions (id, agent_id, user_id, status, execution_start, execution_time_ms, error_type,
							agent_version, input_tokens, output_tokens, cached_input_tokens, cost_usd)
						values ('%s', '%s', gen_random_uuid(), '%s', now(), %s, %s, %s)
						"""
					.formatted(id, agent, updated ? "RUNNING" : status, updated ? "null" : ms, updated ? "null" : error,
							usage(random)));
		if (updated) {
			statement.addBatch("update agent_executions set status = '%s', execution_time_ms = %s, error_type = %s "
				.formatted(status, ms, error) + "where id = '%s' and execution_start = now()".formatted(id));
		}
	}

	private static String usage(Random random) {
		if (random.nextInt(4) == 0) {
			return "null, null, null, null, null";
		}
		return "'v%d', %d, %d, %s, %d / 1000000.0".formatted(random.nextInt(3), random.nextInt(9_000),
				random.nextInt(900), random.nextBoolean() ? "null" : "7", random.nextInt(1_000_000));
	}

	private static String insert(UUID agent, String status, int executions) {
		return """
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				select '%s', gen_random_uuid(), '%s', now(), 100 from generate_series(1, %d)
				""".formatted(agent, status, executions);
	}

	private void assertCountsEqualTheTable(Publisher... publishers) {
		Map<String, Long> expected = new TreeMap<>();
		this.sql.sql(FINISHED).param("bounds", AgentTotals.BOUNDS_SECONDS.toArray(Double[]::new)).query((row) -> {
			expected.put(row.getString("series"), row.getLong("executions"));
		});
		await().atMost(SOON).untilAsserted(() -> {
			List<Totals> published = Stream.of(publishers)
				.flatMap((publisher) -> publisher.published().stream())
				.toList();
			assertThat(published).hasSize(1);
			assertThat(counted(published.getFirst())).isEqualTo(expected);
		});
	}

	private static Map<String, Long> counted(Totals published) {
		Map<String, Long> counted = new TreeMap<>();
		published.agents().forEach((agent, totals) -> {
			totals.byStatus().forEach((status, count) -> counted.put(agent + " " + status, count));
			totals.byErrorType().forEach((type, count) -> counted.put(agent + " error " + type, count));
			for (int bucket = 0; bucket < totals.buckets().size(); bucket++) {
				boolean bounded = bucket < AgentTotals.BOUNDS_SECONDS.size();
				String bound = bounded ? "" + AgentTotals.BOUNDS_SECONDS.get(bucket) : "any";
				counted.put(agent + " up to " + bound.replaceFirst("\\.0$", ""), totals.buckets().get(bucket));
			}
		});
		published.agents().forEach((agent, totals) -> {
			Usage usage = totals.usage();
			counted.put(agent + " input", usage.inputTokens());
			counted.put(agent + " output", usage.outputTokens());
			counted.put(agent + " cached", usage.cachedInputTokens());
			counted.put(agent + " microdollars", usage.costUsd().movePointRight(6).longValueExact());
		});
		counted.values().removeIf((count) -> count == 0);
		return counted;
	}

	private static long publishing(Publisher... publishers) {
		return Stream.of(publishers).filter((publisher) -> publisher.published().isPresent()).count();
	}

	private static long count(Publisher publisher, UUID agent, ExecutionStatus status) {
		return publisher.published().map((totals) -> count(totals, agent, status)).orElse(0L);
	}

	private static long count(Totals totals, UUID agent, ExecutionStatus status) {
		return totals.agents().getOrDefault(agent.toString(), AgentTotals.empty()).of(status);
	}

	private static long sum(Publisher publisher, ExecutionStatus status) {
		return publisher.published()
			.map((totals) -> totals.agents().values().stream().mapToLong((agent) -> agent.of(status)).sum())
			.orElse(0L);
	}

	private List<UUID> agents(int number) {
		return this.sql.sql("insert into agents (name) select 'agent ' || n from generate_series(1, :n) n returning id")
			.param("n", number)
			.query((row, line) -> row.getObject("id", UUID.class))
			.list();
	}

	private Publisher publisher(int agents) {
		return publisher(agents, 0);
	}

	private Publisher publisher(int agents, int releases) {
		Publisher publisher = new Publisher(details(), properties(agents, releases));
		this.publishers.add(publisher);
		publisher.start();
		return publisher;
	}

	private static ExpositionProperties properties(int agents, int releases) {
		return new ExpositionProperties(true, Duration.ofMillis(100), agents, 20, releases, Duration.ZERO,
				Duration.ofHours(1), Duration.ofSeconds(30));
	}

	private JdbcConnectionDetails details() {
		TestDatabase current = this.database;
		return new JdbcConnectionDetails() {

			@Override
			public String getUsername() {
				return current.username();
			}

			@Override
			public String getPassword() {
				return "any";
			}

			@Override
			public String getJdbcUrl() {
				return current.url();
			}

		};
	}

}
