package io.agentmetrics.aggregator;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said to be aggregated is: at every commit of every run, over random histories
 * with workers, shards, kills, rebuilds of single days and executions that come late.
 * {@code -Daggregator.completeness.rounds=…} makes more of them.
 */
class CompletenessIntegrationTests {

	private static final int ROUNDS = Integer.getInteger("aggregator.completeness.rounds", 1);

	/**
	 * An execution up to the day that everything is said to be aggregated through has to
	 * be in a closed day, and that day has to count what the run that closed it saw.
	 */
	private static final String CHECK = """
			create function untrue_claims() returns setof text language sql as $$
				select format('aggregated through %s, but an execution of %s is in no closed day', aggregated_through, execution_start)
				from aggregation_ledger, agent_executions
				where aggregated_through is not null
					and execution_start < (select ends_at from aggregated_days where metric_date = aggregated_through)
					and not exists (
						select from aggregated_days where execution_start >= starts_at and execution_start < ends_at)
				union all
				select format('%s counts %s, but is closed with %s', metric_date, total_executions, seen)
				from aggregated_days, lateral (
					select count(*) filter (where pg_visible_in_snapshot(changed_in, snapshot)) as seen, count(*) as now
					from agent_executions where execution_start >= starts_at and execution_start < ends_at) executions
				where total_executions < seen or total_executions > now
			$$;
			create function refuse_untrue_claims() returns trigger language plpgsql as $$
			declare
				claim text := (select string_agg(claims, '; ') from untrue_claims() claims);
			begin
				if claim is not null then
					insert into refused_claims values (claim);
				end if;
				return null;
			end $$;
			create table refused_claims (claim text);
			create constraint trigger claims after insert or update or delete on aggregated_days
				deferrable initially deferred for each row execute function refuse_untrue_claims();
			""";

	private static final ZoneId ZONE = ZoneId.of("America/Havana");

	private static final LocalDate TODAY = LocalDate.parse("2026-11-05");

	@Test
	void whatIsSaidToBeAggregatedIsAtEveryCommit() throws InterruptedException {
		for (int round = 0; round < ROUNDS; round++) {
			long seed = 20261126 + round;
			System.out.println("CompletenessIntegrationTests seed " + seed);
			try (AggregatorFixture fixture = AggregatorFixture.at(TODAY + "T17:00:00Z", ZONE.getId())) {
				new History(fixture, new Random(seed)).run();
			}
		}
	}

	@Test
	void rebuildOfTheLastDaysDoesNotMakeUpForTheDaysBefore() {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-11-05T12:00:00Z")) {
			fixture.storeDays(2, 20);
			assertThat(fixture.run(AggregatorFixture.rebuild("2026-11-02", "2026-11-05"))).isTrue();
			assertThat(fixture.closedDays()).hasSize(3);
			assertThat(through(fixture)).isEqualTo("nothing");
			assertThat(fixture.run()).isTrue();
			assertThat(through(fixture)).isEqualTo("2026-11-04");
			fixture.executions()
				.insert(TestExecution.completed(fixture.executions().agent("older"),
						TODAY.minusDays(60).atStartOfDay(ZONE).toInstant(), 1));
			assertThat(through(fixture)).isEqualTo("nothing");
			assertThat(fixture.run()).isTrue();
			assertThat(through(fixture)).isEqualTo("2026-11-04");
		}
	}

	@Test
	void executionOfLongAgoThatIsDeletedLeavesNoEmptyDays() {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-11-05T12:00:00Z")) {
			fixture.storeDays(1, 3);
			UUID agent = fixture.executions().agent("garbage");
			TestExecution garbage = TestExecution.completed(agent, Instant.parse("2026-01-01T00:00:00Z"), 1);
			fixture.executions().delete(fixture.executions().insert(garbage));
			assertThat(fixture.run()).isTrue();
			assertThat(fixture.closedDays()).hasSize(3);
			// now it is aggregated before it is deleted
			UUID stored = fixture.executions().insert(garbage);
			assertThat(fixture.run()).isTrue();
			assertThat(fixture.closedDays()).hasSize(308);
			fixture.executions().delete(stored);
			assertThat(fixture.run()).isTrue();
			assertThat(fixture.agentDays()).hasSize(3);
			assertThat(fixture.run()).isTrue();
			assertThat(fixture.closedDays()).hasSize(3);
			assertThat(through(fixture)).isEqualTo("2026-11-04");
			fixture.oracle().assertEverythingIsRight();
		}
	}

	@Test
	void smallDaysThatAreClosedBeforeTheFirstAndHugeOneClaimNothing() throws InterruptedException {
		try (AggregatorFixture fixture = AggregatorFixture.at("2026-11-05T12:00:00Z")) {
			fixture.storeDays(1, 6);
			fixture.sql().run(CHECK);
			// the first day's writer waits, the others' do not
			try (SqlSession blocker = fixture.session()) {
				blocker.run("begin");
				blocker
					.run("insert into agent_metrics select (jsonb_populate_record(null::agent_metrics, jsonb_build_object("
							+ "'id', gen_random_uuid(), 'agent_id', id, 'metric_date', '2026-10-30', 'total_executions', 0,"
							+ "'successful_executions', 0, 'failed_executions', 0, 'cancelled_executions', 0,"
							+ "'in_progress_executions', 0, 'total_errors', 0, 'success_rate', 0, 'error_rate', 0,"
							+ "'timed_executions', 0, 'sum_execution_time_ms', 0, 'hourly_counts', '', 'latency_sketch', '',"
							+ "'token_executions', 0, 'input_tokens', 0, 'output_tokens', 0, 'cached_input_tokens', 0,"
							+ "'cost_executions', 0, 'cost_usd', 0, 'cells', 1, 'revision', 1, 'provisional', true, 'created_at', now(), 'updated_at', now()))).* from agents");
				Future<Boolean> run = fixture.start(fixture.aggregator(), AggregatorFixture.upToDate());
				fixture.awaitBlocked(1);
				assertThat(through(fixture)).isEqualTo("nothing");
				blocker.run("rollback");
				assertThat(join(run)).isTrue();
			}
			assertThat(through(fixture)).isEqualTo("2026-11-04");
			assertThat(fixture.sql().column("select claim from refused_claims")).isEmpty();
		}
	}

	private static String through(AggregatorFixture fixture) {
		return fixture.sql().value("select coalesce(aggregated_through::text, 'nothing') from aggregation_ledger");
	}

	private static boolean join(Future<Boolean> run) throws InterruptedException {
		try {
			return run.get();
		}
		catch (ExecutionException ex) {
			// killed
			return false;
		}
	}

	/**
	 * What happens to one database.
	 */
	private static final class History {

		private static final int DAYS = 9;

		private final AggregatorFixture fixture;

		private final Random random;

		private final List<UUID> agents = new ArrayList<>();

		private int shards = 1;

		History(AggregatorFixture fixture, Random random) {
			this.fixture = fixture;
			this.random = random;
			fixture.sql().run(CHECK);
			for (int agent = 0; agent < 6; agent++) {
				this.agents.add(fixture.executions().agent("agent " + agent));
			}
		}

		void run() throws InterruptedException {
			store(400, DAYS);
			for (int step = 0; step < 6; step++) {
				switch (this.random.nextInt(4)) {
					case 0 -> this.shards = 1 + this.random.nextInt(2);
					case 1 -> store(5, DAYS + 4 * this.random.nextInt(3));
					case 2 -> rebuild();
					default -> {
					}
				}
				aggregate(this.random.nextBoolean());
				assertThat(untrue()).isEmpty();
			}
			aggregate(false);
			assertThat(untrue()).isEmpty();
			assertThat(through(this.fixture)).isEqualTo(TODAY.minusDays(1).toString());
			assertThat(this.fixture.sql().number("select sum(total_executions) from aggregated_days"))
				.isEqualTo(this.fixture.executions().count());
		}

		private List<String> untrue() {
			return this.fixture.sql().column("select claim from refused_claims union all select untrue_claims()");
		}

		private void store(int executions, int days) {
			List<TestExecution> all = new ArrayList<>();
			for (int i = 0; i < executions; i++) {
				LocalDate day = TODAY.minusDays(1 + this.random.nextInt(days));
				all.add(TestExecution.completed(this.agents.get(this.random.nextInt(this.agents.size())),
						day.atStartOfDay(ZONE).plusMinutes(this.random.nextInt(23 * 60)).toInstant(), i));
			}
			this.fixture.executions().insertAll(all);
		}

		private void rebuild() throws InterruptedException {
			LocalDate from = TODAY.minusDays(2 + this.random.nextInt(DAYS));
			for (int shard = 0; shard < this.shards; shard++) {
				join(this.fixture.start(this.fixture.aggregator(), AggregatorFixture.request(from,
						from.plusDays(1 + this.random.nextInt(2)), null, new Shard(shard, this.shards))));
			}
		}

		private void aggregate(boolean killed) throws InterruptedException {
			for (int shard = 0; shard < this.shards; shard++) {
				Future<Boolean> run = this.fixture.start(this.fixture.aggregator(),
						AggregatorFixture.shard(shard, this.shards));
				if (killed) {
					// a kill waits for nothing: it comes at any moment of a run
					Thread.sleep(this.random.nextInt(150));
					this.fixture.terminate("agent-metrics-aggregator%");
				}
				boolean done = join(run);
				// the pool may still have connections that were cut with the last run
				for (int again = 0; !done && !killed && again < 3; again++) {
					done = join(
							this.fixture.start(this.fixture.aggregator(), AggregatorFixture.shard(shard, this.shards)));
				}
				assertThat(done || killed).as("run of shard %d of %d", shard, this.shards).isTrue();
			}
		}

	}

}
