package io.agentmetrics.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.agentmetrics.aggregator.job.RunRequest;
import io.agentmetrics.db.SqlSession;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Retention loses nothing: whatever writers do while it drops week after week, each
 * agent's day has what was ever committed, as a stored day and executions that are told
 * to have come too late. For a long search: {@code -Daggregator.drop-safety.rounds=100},
 * and {@code …seed} to repeat one.
 */
class DropSafetyIntegrationTests {

	private static final int ROUNDS = Integer.getInteger("aggregator.drop-safety.rounds", 2);

	private static final int AGENTS = 4;

	private static final int DAYS_BACK = 70;

	/** By their own account, in the transaction of the write. */
	private static final String JOURNAL = """
			create table journal (id uuid, agent_id uuid, execution_start timestamptz, primary key (id, execution_start))
			""";

	private static final String DIFFERENCES = """
			with expected as (
				select agent_id, (execution_start at time zone '%1$s')::date as day, count(*) as executions
				from journal where execution_start < timestamp '%2$s' at time zone '%1$s' group by 1, 2
			), actual as (
				select agent_id, day, sum(executions) as executions
				from (
					select agent_id, metric_date, total_executions from agent_metrics where not provisional
					union all
					select agent_id, metric_date, executions from late_executions) counted (agent_id, day, executions)
				group by 1, 2
			)
			select format('%%s on %%s: written %%s, stored and told %%s', agent_id, day,
				coalesce(expected.executions, 0), coalesce(actual.executions, 0))
			from expected full join actual using (agent_id, day)
			where expected.executions is distinct from actual.executions
			order by 1
			""";

	@Test
	void everyCommittedExecutionIsStoredOrTold() throws Exception {
		long seed = Long.getLong("aggregator.drop-safety.seed", System.nanoTime());
		int dropped = 0;
		for (int round = 0; round < ROUNDS; round++) {
			dropped += dropsIn(seed + round);
		}
		assertThat(dropped).as("weeks that were dropped, seed %d", seed).isPositive();
	}

	/** Returns how many weeks were dropped, which may be none where few are old. */
	private static int dropsIn(long seed) throws Exception {
		Random random = new Random(seed);
		// where days are not those of the partitions, the rest of a day outlives its
		// drop: then nothing is deleted or updated
		boolean onlyInserts = random.nextInt(3) == 0;
		String zone = onlyInserts ? "America/Los_Angeles" : "UTC";
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T12:05:00Z", zone);
				ExecutorService threads = Executors.newFixedThreadPool(2)) {
			fixture.sql().run("call ensure_execution_partitions('2026-07-06', '2026-12-31')");
			fixture.sql().run(JOURNAL);
			List<UUID> agents = new ArrayList<>();
			for (int agent = 0; agent < AGENTS; agent++) {
				agents.add(fixture.executions().agent("agent " + agent));
			}
			fixture.with("agent-metrics.retention.executions=P" + (10 + random.nextInt(20)) + "D");
			AtomicBoolean writing = new AtomicBoolean(true);
			List<Future<?>> writers = new ArrayList<>();
			for (int writer = 0; writer < 2; writer++) {
				Random own = new Random(random.nextLong());
				writers.add(threads.submit(() -> write(fixture, agents, own, onlyInserts, writing)));
			}
			try {
				for (int step = 0; step < 5; step++) {
					fixture.clock().advance(Duration.ofDays(random.nextInt(6)));
					runSomehow(fixture, random);
				}
			}
			finally {
				writing.set(false);
			}
			for (Future<?> writer : writers) {
				writer.get(60, TimeUnit.SECONDS);
			}
			for (int run = 0; run < 2; run++) {
				assertThat(fixture.run()).as("run without writers, seed %d", seed).isTrue();
			}
			List<String> differences = fixture.sql().column(DIFFERENCES, zone, fixture.today());
			System.out.printf(
					"Drop safety, seed %d, %s: %s executions written, %s of them came too late, dropped up to %s%n",
					seed, zone, fixture.sql().value("select count(*) from journal"),
					fixture.sql().value("select coalesce(sum(executions), 0) from late_executions"),
					fixture.sql().value("select raw_from from aggregation_state"));
			assertThat(differences).as("seed %d, %s", seed, zone).isEmpty();
			return (int) fixture.sql().number("select count(*) from execution_drops");
		}
	}

	/** One process, two shards in turn, or two at once. */
	private static void runSomehow(AggregatorFixture fixture, Random random) throws Exception {
		switch (random.nextInt(4)) {
			case 0 -> fixture.run();
			case 1 -> fixture.run(AggregatorFixture.shard(random.nextInt(2), 2));
			case 2 -> {
				fixture.run(AggregatorFixture.shard(0, 2));
				fixture.run(AggregatorFixture.shard(1, 2));
			}
			default -> {
				try (InProcessAggregator other = fixture.another()) {
					RunRequest second = AggregatorFixture.shard(1, 2);
					Future<Boolean> run = fixture.start(other, second);
					fixture.run(AggregatorFixture.shard(0, 2));
					run.get();
				}
			}
		}
	}

	private static Void write(AggregatorFixture fixture, List<UUID> agents, Random random, boolean onlyInserts,
			AtomicBoolean writing) throws InterruptedException {
		try (SqlSession session = fixture.session()) {
			while (writing.get()) {
				session.run("begin");
				try {
					for (int write = random.nextInt(4); write >= 0; write--) {
						writeOnce(session, agents.get(random.nextInt(agents.size())), start(fixture.today(), random),
								onlyInserts ? 0 : random.nextInt(10), random);
					}
					// transactions of any length, at any distance
					TimeUnit.MILLISECONDS.sleep(random.nextInt(40));
					session.run((random.nextInt(8) > 0) ? "commit" : "rollback");
				}
				catch (IllegalStateException ex) {
					// two writers changed the same two executions in different order
					assertThat(ex).hasMessageContaining("deadlock detected");
					session.run("rollback");
				}
				TimeUnit.MILLISECONDS.sleep(random.nextInt(40));
			}
		}
		return null;
	}

	private static void writeOnce(SqlSession session, UUID agent, Instant start, int kind, Random random) {
		switch (kind) {
			case 8 -> session.run(
					"""
							with gone as (
								delete from agent_executions where id in (
									select id from agent_executions where agent_id = '%s' and execution_start >= '%s' order by execution_start limit 2)
								returning id, execution_start)
							delete from journal using gone where journal.id = gone.id and journal.execution_start = gone.execution_start
							""",
					agent, start);
			case 9 -> session.run(
					"""
							update agent_executions set status = 'FAILED' where id in (
								select id from agent_executions where agent_id = '%s' and execution_start >= '%s' order by execution_start limit 2)
							""",
					agent, start);
			default -> session.run("""
					with run as (
						insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
						values ('%1$s', '%1$s', 'COMPLETED', '%2$s', %3$d) returning id, agent_id, execution_start)
					insert into journal select * from run
					""", agent, start, random.nextInt(1_000));
		}
	}

	/** Few are so old that a week has to wait for them, or has not. */
	private static Instant start(LocalDate today, Random random) {
		Duration back = Duration.ofDays((random.nextInt(12) == 0) ? DAYS_BACK : 8);
		return Instant.parse(today + "T00:00:00Z").minusMillis(random.nextLong(back.toMillis()));
	}

}
