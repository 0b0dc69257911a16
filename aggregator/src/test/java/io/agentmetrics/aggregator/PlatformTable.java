package io.agentmetrics.aggregator;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;

import io.agentmetrics.db.SqlSession;

/**
 * A table of executions as a platform would have made it, in a schema of its own, and
 * clients that write it.
 */
final class PlatformTable {

	static final String[] SETTINGS = { "agent-metrics.sources.platform.table=platform.agent_executions",
			"agent-metrics.sources.platform.agents.table=platform.agents" };

	private static final List<String> STATUSES = List.of("pending", "running", "completed", "failed", "timeout",
			"cancelled");

	/** What its rows are, told without the product's own SQL. */
	private static final String THERE = """
			select e.id, e.agent_id, e.user_id, upper(e.status) as status, e.execution_start at time zone 'UTC' as execution_start,
				case when e.execution_end >= e.execution_start then e.execution_end at time zone 'UTC' end as execution_end,
				coalesce(e.execution_time_ms, case when e.execution_end >= e.execution_start
						and e.status in ('completed', 'failed', 'timeout', 'cancelled')
					then floor(extract(epoch from e.execution_end - e.execution_start) * 1000) end)::bigint as execution_time_ms,
				e.error_message
			from platform.agent_executions e""";

	private static final String HERE = """
			select id, agent_id, user_id, status, execution_start, execution_end, execution_time_ms, error_message
			from agent_executions where source_id > 0""";

	private static final String COUNTS = """
			select agent_id, count(*), count(*) filter (where status = 'COMPLETED'),
				count(*) filter (where status in ('FAILED', 'TIMEOUT')), count(*) filter (where status = 'CANCELLED'),
				count(error_message), count(execution_time_ms), coalesce(sum(execution_time_ms), 0), min(execution_time_ms),
				max(execution_time_ms)
			from (%s) executions group by agent_id""";

	private static final String NUMBERS = """
			select agent_id, status, count(*), count(error_message), sum(execution_time_ms),
				percentile_disc(array[0.5, 0.95, 0.99]) within group (order by execution_time_ms)
			from (%s) executions group by grouping sets ((agent_id), (agent_id, status))""";

	private static final String AGGREGATED = """
			select agent_id, sum(total_executions), sum(successful_executions), sum(failed_executions), sum(cancelled_executions),
				sum(total_errors), sum(timed_executions), sum(sum_execution_time_ms), min(min_execution_time_ms),
				max(max_execution_time_ms)
			from agent_metrics where not provisional group by agent_id""";

	private final AggregatorFixture fixture;

	PlatformTable(AggregatorFixture fixture) {
		this.fixture = fixture;
		fixture.sql()
			.run("""
					create schema platform;
					create table platform.agents (id uuid primary key default gen_random_uuid(), name varchar(100) not null);
					create table platform.agent_executions (
						id uuid primary key default gen_random_uuid(),
						agent_id uuid not null references platform.agents,
						user_id uuid,
						input_data json,
						status varchar(20) not null,
						execution_start timestamp without time zone not null,
						execution_end timestamp without time zone,
						execution_time_ms integer,
						error_message text);
					insert into platform.agents (name) select 'agent ' || n from generate_series(1, 7) n
					""");
	}

	/** Adds executions of the last 100 days. */
	void fill(int rows) {
		this.fixture.sql()
			.run("""
					insert into platform.agent_executions (agent_id, user_id, input_data, status, execution_start, execution_end,
						execution_time_ms, error_message)
					select (array(select id from platform.agents order by id))[1 + n %% 7], case when n %% 3 = 0 then gen_random_uuid() end,
						'{"question": "what"}', (array['%s'])[1 + n %% 6], started, started + n %% 900 * interval '1 second',
						case when n %% 2 = 0 then n %% 900 * 1000 end, case when n %% 6 = 3 then 'Timeout after ' || n || ' s' end
					from generate_series(1, %d) n, lateral (select date_trunc('second', now() at time zone 'UTC')
						- n %% 144000 * interval '1 minute' as started) starts
					""",
					String.join("','", STATUSES), rows);
	}

	/** Returns which executions differ between the table and what came over. */
	List<String> differences() {
		return differences(this.fixture.sql(), THERE, HERE);
	}

	/**
	 * Returns which agents' numbers differ: those of what came over, and those of the
	 * table.
	 */
	List<String> wrongNumbers() {
		return differences(this.fixture.sql(), NUMBERS.formatted(THERE), NUMBERS.formatted(HERE));
	}

	/**
	 * Returns which agents' numbers differ: those that a run has just aggregated, and
	 * those of the table before today.
	 */
	List<String> wrongDays() {
		ZoneId zone = this.fixture.zone();
		String over = "select * from (%s) executions where execution_start < '%s'".formatted(THERE,
				LocalDate.now(zone).atStartOfDay(zone).toInstant());
		return differences(this.fixture.sql(), COUNTS.formatted(over), AGGREGATED);
	}

	private static List<String> differences(SqlSession sql, String there, String here) {
		return sql.column("""
				select 'only there: ' || there from (%1$s except %2$s) there
				union all
				select 'only here: ' || here from (%2$s except %1$s) here
				""", there, here);
	}

	/** Starts clients that insert, update and delete at random until they are closed. */
	Clients clients(int number, long seed) {
		return new Clients(number, seed);
	}

	/**
	 * Clients of the platform.
	 */
	final class Clients implements AutoCloseable {

		private final AtomicBoolean over = new AtomicBoolean();

		private final ExecutorService threads = Executors.newCachedThreadPool();

		private final List<Future<Long>> writing;

		private Clients(int number, long seed) {
			this.writing = LongStream.range(0, number)
				.mapToObj((client) -> this.threads.submit(() -> write(new Random(seed + client))))
				.toList();
		}

		private long write(Random random) throws Exception {
			long statements = 0;
			try (SqlSession session = PlatformTable.this.fixture.session()) {
				while (!this.over.get()) {
					boolean several = random.nextInt(4) == 0;
					if (several) {
						session.run("begin");
					}
					for (int statement = 0; statement < (several ? 3 : 1); statement++) {
						session.run(statement(random));
						statements++;
					}
					if (several) {
						// others meet what it has locked
						Thread.sleep(random.nextInt(20));
						session.run((random.nextInt(3) == 0) ? "rollback" : "commit");
					}
				}
			}
			return statements;
		}

		/**
		 * A statement locks one row or, in their order, a few, so that clients never wait
		 * for each other in a circle.
		 */
		private String statement(Random random) {
			String some = "id in (select id from platform.agent_executions where id > gen_random_uuid() order by id limit %d "
				.formatted(1 + random.nextInt(3)) + "for update skip locked)";
			return switch (random.nextInt(6)) {
				case 0, 1 -> """
						insert into platform.agent_executions (agent_id, status, execution_start)
						select id, '%s', date_trunc('milliseconds', now() at time zone 'UTC') - interval '%d minutes'
						from platform.agents order by random() limit %d
						""".formatted(STATUSES.get(random.nextInt(6)), random.nextInt(100_000), 1 + random.nextInt(3));
				case 2, 3 ->
					"""
							update platform.agent_executions set status = '%s', execution_time_ms = %d, error_message = '%s',
								execution_end = execution_start + interval '%d seconds' where %s
							"""
						.formatted(STATUSES.get(random.nextInt(6)), random.nextInt(100_000),
								"error " + random.nextInt(9), random.nextInt(100) - 5, some);
				case 4 ->
					"""
							update platform.agent_executions set execution_start = execution_start + interval '1 hour',
								agent_id = (select id from platform.agents order by random() limit 1), user_id = gen_random_uuid() where %s
							"""
						.formatted(some);
				default -> "delete from platform.agent_executions where " + some;
			};
		}

		/** Ends them; fails if one of their statements failed. */
		@Override
		public void close() {
			this.over.set(true);
			try {
				for (Future<Long> client : this.writing) {
					if (client.get(30, TimeUnit.SECONDS) == 0) {
						throw new IllegalStateException("A client has written nothing");
					}
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException("A statement of the platform failed", ex);
			}
			finally {
				this.threads.shutdownNow();
			}
		}

	}

}
