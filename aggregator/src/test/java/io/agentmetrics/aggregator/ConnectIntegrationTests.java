package io.agentmetrics.aggregator;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.agentmetrics.aggregator.door.SourceConnections;
import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.db.SqlSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * {@link SourceConnections}: what is in a platform's table is here.
 */
class ConnectIntegrationTests {

	private static final Optional<String> ALL = Optional.empty();

	private AggregatorFixture fixture;

	private SqlSession sql;

	private PlatformTable platform;

	@BeforeEach
	void createPlatform() {
		this.fixture = AggregatorFixture.atNoon().with(PlatformTable.SETTINGS);
		this.sql = this.fixture.sql();
		this.platform = new PlatformTable(this.fixture);
	}

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void historyComesOverWithItsAgents() {
		this.platform.fill(5_000);
		assertThat(connect()).isTrue();
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(5_000);
		assertThat(this.sql.rows("select id, name, external_id from agents order by 1"))
			.isEqualTo(this.sql.rows("select id, name, null from platform.agents order by 1"));
	}

	@Test
	void eachStatementComesOverInItsTransaction() {
		this.platform.fill(30);
		connect();
		this.sql.run("begin");
		this.sql.run("delete from platform.agent_executions where status = 'pending'");
		this.sql
			.run("update platform.agent_executions set agent_id = (select min(id::text)::uuid from platform.agents), "
					+ "execution_start = execution_start - interval '1 day' where status = 'failed'");
		this.sql.run("update platform.agent_executions set id = gen_random_uuid() where status = 'timeout'");
		this.sql.run("insert into platform.agent_executions (agent_id, status, execution_start) "
				+ "select id, 'running', '2026-11-01 10:00' from platform.agents");
		assertThat(this.platform.differences()).isEmpty();
		this.sql.run("rollback");
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(30);
		this.sql.run("truncate platform.agent_executions");
		assertThat(this.sql.number("select count(*) from agent_executions")).isZero();
	}

	@RepeatedTest(2)
	void clientsWriteWhileHistoryComesOver() {
		long seed = System.nanoTime();
		System.out.println("Seed of the platform's clients: " + seed);
		this.platform.fill(20_000);
		try (PlatformTable.Clients _ = this.platform.clients(4, seed)) {
			assertThat(connect()).isTrue();
			assertThat(this.platform.differences()).as("while clients write").isEmpty();
		}
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.column("select cause from execution_misses")).isEmpty();
		assertThat(connections().status(ALL)).doesNotContain("DIFFERENT");
	}

	@Test
	void unchangedRowsStayAsTheyAreWhenAllIsComparedAnew() {
		this.platform.fill(3_000);
		connect();
		String rows = "select (changed_in, ctid)::text from agent_executions order by id";
		List<String> before = this.sql.column(rows);
		assertThat(connect()).isTrue();
		assertThat(this.sql.column(rows)).isEqualTo(before);
	}

	@Test
	void planChangesNothing() {
		this.platform.fill(100);
		this.sql.run("update platform.agent_executions set status = 'odd' where status = 'cancelled'");
		String state = "select (select count(*) from pg_proc) + (select count(*) from pg_trigger)"
				+ " + (select count(*) from execution_sources) + (select count(*) from agent_executions)";
		String before = this.sql.value(state);
		String plan = connections().plan(ALL);
		assertThat(this.sql.value(state)).isEqualTo(before);
		assertThat(plan)
			.contains("platform.agent_executions", "create or replace trigger agent_metrics_insert",
					"create or replace function", "the status \"odd\" is not known")
			.containsPattern("odd +16 +not known")
			.containsPattern("completed +17 +COMPLETED")
			.containsPattern("execution_time_ms=\\d+");
	}

	@Test
	void whatDoesNotFitIsNotedUntilItDoes() {
		connect();
		this.sql
			.run("insert into platform.agent_executions (agent_id, status, execution_start, execution_end) select id, "
					+ "case name when 'agent 1' then 'odd' else 'completed' end, case name when 'agent 2' then 'infinity' "
					+ "else timestamp '2026-11-01 10:00' end, case name when 'agent 3' then timestamp '2026-11-01 09:00' end "
					+ "from platform.agents");
		assertThat(this.sql.column("select reason || ' ' || stored from execution_rejects order by 1")).containsExactly(
				"ends before it starts true", "the start is not within the years 2000 to 2099 false",
				"the status \"odd\" is not known false");
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(5);
		this.sql.run("update platform.agent_executions set error_message = 'x'");
		assertThat(this.sql.column("select times from execution_rejects")).containsOnly("2");
		String status = connections().status(ALL);
		assertThat(status)
			.contains("5 executions there, 5 here, 2 do not fit", "1 rows left out: the status \"odd\"",
					"1 rows without a value: ends before it starts")
			.doesNotContain("DIFFERENT", "MISSED");
		this.sql.run("update platform.agent_executions set status = 'failed' where status = 'odd'");
		this.sql.run("delete from platform.agent_executions where execution_start = 'infinity'");
		this.sql.run("update platform.agent_executions set execution_end = null");
		assertThat(this.sql.column("select reason from execution_rejects")).isEmpty();
		assertThat(this.platform.differences()).isEmpty();
	}

	@Test
	void rowThatNoLongerFitsIsNoLongerHere() {
		this.platform.fill(10);
		connect();
		this.sql.run("update platform.agent_executions set status = 'odd' where status = 'completed'");
		assertThat(this.sql.number("select count(*) from agent_executions where status = 'COMPLETED'")).isZero();
		assertThat(connections().status(ALL)).doesNotContain("DIFFERENT");
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"alter function store_executions(smallint, foreign_execution[], foreign_execution[]) rename to gone",
			"alter table agent_executions rename to gone", "drop table execution_misses",
			"alter table execution_rejects add constraint full_up check (false) not valid",
			"drop table execution_misses; alter table agent_executions rename to gone",
			"alter type foreign_execution rename to gone", "alter table execution_sources rename to gone",
			"drop type foreign_execution cascade; drop type mapped_execution cascade" })
	void platformGoesOnWhateverIsBroken(String damage) {
		this.platform.fill(50);
		connect();
		this.sql.run("begin");
		this.sql.run(damage);
		this.sql.run("insert into platform.agent_executions (agent_id, status, execution_start) "
				+ "select id, 'odd', '2026-11-01 10:00' from platform.agents");
		this.sql.run("update platform.agent_executions set status = 'failed' where status = 'completed'");
		this.sql.run("delete from platform.agent_executions where status = 'pending'");
		this.sql.run("truncate platform.agent_executions");
		this.sql.run("rollback");
		assertThat(this.platform.differences()).isEmpty();
	}

	@Test
	void platformGoesOnWhereTheTriggersOwnerHasLostItsRights() throws Exception {
		this.sql.run("create role modest login; grant all on schema platform, public to modest; "
				+ "grant all on all tables in schema platform, public to modest; "
				+ "grant all on all sequences in schema public to modest");
		try (InProcessAggregator aggregator = new InProcessAggregator(this.fixture.database().url(), "modest",
				this.fixture.clock(), PlatformTable.SETTINGS)) {
			SourceConnections connections = aggregator.bean(SourceConnections.class);
			this.platform.fill(50);
			connections.connect(ALL);
			this.sql.run(
					"revoke all on schema public from modest, public; revoke all on all tables in schema public from modest");
			try (SqlSession fresh = this.fixture.session()) {
				fresh.run("insert into platform.agent_executions (agent_id, status, execution_start) "
						+ "select id, 'running', '2026-11-01 10:00' from platform.agents");
				fresh.run("update platform.agent_executions set status = 'failed' where status = 'completed'");
				fresh.run("delete from platform.agent_executions where status = 'pending'");
			}
			assertThat(this.platform.differences()).isNotEmpty();
			this.sql.run("grant all on schema public to public; grant all on all tables in schema public to modest");
			assertThat(connections.connect(ALL)).isTrue();
			assertThat(this.platform.differences()).isEmpty();
		}
		finally {
			this.sql.run("drop owned by modest cascade; drop role modest");
		}
	}

	@Test
	void missedStatementsAreFoundAndCaughtUp() {
		this.platform.fill(200);
		connect();
		this.sql.run("alter table agent_executions rename to gone");
		this.sql.run("insert into platform.agent_executions (agent_id, status, execution_start) "
				+ "select id, 'running', '2026-11-01 10:00' from platform.agents");
		this.sql.run("update platform.agent_executions set status = 'failed' where status = 'completed'");
		this.sql
			.run("update platform.agent_executions set agent_id = (select min(id::text)::uuid from platform.agents) "
					+ "where status = 'timeout'");
		this.sql.run("delete from platform.agent_executions where status = 'pending'");
		this.sql.run("alter table gone rename to agent_executions");
		assertThat(this.platform.differences()).isNotEmpty();
		assertThat(connections().status(ALL)).contains("MISSED 4 statements",
				"DIFFERENT on 2026-11-01 (UTC): 7 there, 0 here");
		assertThat(connect()).isTrue();
		assertThat(this.platform.differences()).isEmpty();
		assertThat(connections().status(ALL)).doesNotContain("MISSED", "DIFFERENT");
		assertThat(this.sql.number("select count(*) from execution_rejects")).isZero();
	}

	/**
	 * Half a second to store and half a second to note are the bound, however long the
	 * lock is held; beyond that are seconds to spare.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "agent_executions", "agents", "execution_sources", "execution_rejects",
			"agent_executions, execution_misses", "agent_executions, agents, execution_sources, execution_misses" })
	void lockOnOurTablesHoldsNoStatementUpForLong(String tables) throws Exception {
		this.platform.fill(20);
		connect();
		try (SqlSession holder = this.fixture.session()) {
			holder.run("begin");
			holder.run("lock table %s in access exclusive mode", tables);
			this.sql.run("set statement_timeout = '3s'");
			this.sql.run("insert into platform.agent_executions (agent_id, status, execution_start) "
					+ "select id, 'odd', '2026-11-01 10:00' from platform.agents");
			this.sql.run("update platform.agent_executions set status = 'failed'");
			this.sql.run("delete from platform.agent_executions where execution_time_ms is null");
			this.sql.run("truncate platform.agent_executions");
			this.platform.fill(10);
			holder.run("rollback");
		}
		this.sql.run("reset statement_timeout");
		assertThat(connect()).isTrue();
		assertThat(this.platform.differences()).isEmpty();
	}

	/** A quarter of its time is waited for a lock, not all of it. */
	@ParameterizedTest
	@ValueSource(strings = { "statement_timeout = '400ms'", "lock_timeout = '50ms'",
			"statement_timeout = '400ms'; set lock_timeout = '2s'" })
	void statementOfThePlatformIsDoneWithinItsOwnTime(String setting) throws Exception {
		this.platform.fill(20);
		connect();
		try (SqlSession holder = this.fixture.session()) {
			holder.run("begin");
			holder.run("lock table agent_executions in access exclusive mode");
			this.sql.run("set " + setting);
			String before = this.sql.value("show lock_timeout");
			long begun = System.nanoTime();
			this.sql.run("begin");
			this.sql.run("update platform.agent_executions set status = 'failed' where status <> 'failed'");
			assertThat(System.nanoTime() - begun).isLessThan(400_000_000);
			assertThat(this.sql.value("show lock_timeout")).isEqualTo(before);
			this.sql.run("commit");
			assertThat(this.sql.value("show lock_timeout")).isEqualTo(before);
			holder.run("rollback");
		}
		this.sql.run("reset statement_timeout; reset lock_timeout");
		assertThat(this.sql.column("select cause from execution_misses"))
			.containsExactly("canceling statement due to lock timeout");
		assertThat(connect()).isTrue();
		assertThat(this.platform.differences()).isEmpty();
	}

	@Test
	void statementThatIsCancelledWhileItIsStoredIsDone() {
		this.platform.fill(20);
		connect();
		this.sql
			.run("""
					create function tarry() returns trigger language plpgsql as 'begin perform pg_sleep(3); return new; end';
					create trigger tarry before update on agent_executions for each row execute function tarry();
					set statement_timeout = '300ms'""");
		this.sql.run("update platform.agent_executions set status = 'failed' where status <> 'failed'");
		this.sql.run("reset statement_timeout; drop trigger tarry on agent_executions; drop function tarry()");
		assertThat(this.sql.column("select cause from execution_misses"))
			.containsExactly("canceling statement due to statement timeout");
		assertThat(connect()).isTrue();
		assertThat(this.platform.differences()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					insert | update platform.agent_executions set status = 'completed' where id = new.id
					insert | delete from platform.agent_executions where id = new.id
					update | update platform.agent_executions set agent_id = (select max(id::text)::uuid from platform.agents), \
					execution_start = '2026-11-02 10:00' where id = new.id
					update | delete from platform.agent_executions where id = new.id
					""")
	void whatATriggerOfThePlatformChangesOnceMoreIsHereAsItIsThere(String event, String change) {
		connect();
		this.sql.run("""
				create function platform.change_again() returns trigger language plpgsql as
					$$ begin if pg_trigger_depth() < 2 then %s; end if; return null; end $$;
				create trigger change_again after %s on platform.agent_executions
				for each row execute function platform.change_again()
				""", change.replace("\\\n", ""), event);
		this.sql.run("insert into platform.agent_executions (agent_id, status, execution_start) "
				+ "select id, 'running', '2026-11-01 10:00' from platform.agents");
		assertThat(this.platform.differences()).isEmpty();
		this.sql.run("update platform.agent_executions set status = 'failed', agent_id = "
				+ "(select min(id::text)::uuid from platform.agents)");
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.column("select cause from execution_misses")).isEmpty();
		assertThat(this.sql.column("select reason from execution_rejects")).isEmpty();
	}

	@Test
	void rowThatIsDeletedAndInsertedByOneStatementStays() {
		this.platform.fill(20);
		// PostgreSQL looks for a 21st only when all 20 are inserted, so DELETE ends last
		connect();
		this.sql.run("with moved as (delete from platform.agent_executions returning *) "
				+ "insert into platform.agent_executions select * from moved limit 20");
		assertThat(this.platform.differences()).isEmpty();
		this.sql.run("with moved as (delete from platform.agent_executions returning *) "
				+ "insert into platform.agent_executions (id, agent_id, status, execution_start) "
				+ "select id, (select min(id::text)::uuid from platform.agents), 'failed', execution_start from moved limit 20");
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.column("select reason from execution_rejects")).isEmpty();
	}

	@Test
	void rowThatATriggerInsertsAfterTruncateIsHere() {
		this.platform.fill(20);
		connect();
		this.sql.run("""
				create function platform.begin_again() returns trigger language plpgsql as
					$$ begin insert into platform.agent_executions (agent_id, status, execution_start)
					select id, 'running', '2026-11-01 10:00' from platform.agents; return null; end $$;
				create trigger a_first after truncate on platform.agent_executions
				for each statement execute function platform.begin_again()
				""");
		this.sql.run("truncate platform.agent_executions");
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(7);
	}

	/** The largest slice shows in what is handed to the function that stores it. */
	@Test
	void statementOfManyRowsIsStoredInSlices() {
		connect();
		this.sql
			.run("""
					create table slices (rows int);
					alter function store_executions(smallint, foreign_execution[], foreign_execution[]) rename to store_slice;
					create function store_executions(source smallint, changed foreign_execution[], gone foreign_execution[])
					returns bigint language plpgsql as $$ begin
						insert into slices values (cardinality(changed) + cardinality(gone));
						return store_slice(source, changed, gone);
					end $$
					""");
		this.platform.fill(20_001);
		this.sql.run("update platform.agent_executions set id = gen_random_uuid(), status = 'failed'");
		assertThat(this.platform.differences()).isEmpty();
		this.sql.run("delete from platform.agent_executions where error_message is null");
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.number("select max(rows) from slices")).isEqualTo(10_000);
		assertThat(this.sql.column("select cause from execution_misses")).isEmpty();
	}

	@Test
	void tableThatHasGivenItsNameAwayIsNoLongerFollowed() {
		this.platform.fill(20);
		connect();
		this.sql.run("""
				create table platform.fresh (like platform.agent_executions including all);
				insert into platform.fresh select * from platform.agent_executions;
				alter table platform.agent_executions rename to old;
				alter table platform.fresh rename to agent_executions
				""");
		assertThat(connect()).isTrue();
		assertThat(this.sql
			.column("select distinct tgrelid::regclass from pg_trigger where tgname like 'agent\\_metrics%%'"))
			.containsExactly("platform.agent_executions");
		this.sql.run("truncate platform.old");
		this.sql.run("update platform.agent_executions set status = 'failed' where status <> 'failed'");
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.column("select cause from execution_misses")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "rename to runs; truncate platform.runs; alter table platform.runs rename to agent_executions",
					"alter execution_start type timestamptz using execution_start at time zone 'Asia/Tokyo'; "
							+ "update platform.agent_executions set status = 'failed'" })
	void changedTableIsMissedRatherThanReadWrongly(String change) {
		this.platform.fill(20);
		connect();
		String rows = "select (e.*)::text from agent_executions e order by id";
		List<String> before = this.sql.column(rows);
		this.sql.run("alter table platform.agent_executions " + change);
		assertThat(this.sql.column(rows)).isEqualTo(before);
		assertThat(this.sql.column("select cause from execution_misses")).singleElement()
			.asString()
			.endsWith("is no longer what was connected: connect again");
		assertThat(connect()).isTrue();
		assertThat(this.sql.column("select cause from execution_misses")).isEmpty();
		assertThat(connections().status(ALL)).doesNotContain("DIFFERENT", "MISSED");
	}

	@Test
	void sourceWhoseTableIsGoneIsToldOfAmongTheOthers() {
		connect();
		this.fixture.with(Stream
			.concat(Stream.of(PlatformTable.SETTINGS), Stream.of("agent-metrics.sources.gone.table=platform.gone"))
			.toArray(String[]::new));
		assertThat(connections().status(ALL)).contains(
				"Source platform: platform.agent_executions\n  changes come over",
				"Source gone: agent-metrics.sources.gone: table is platform.gone, but there is no such table");
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> connections().status(Optional.of("gone")));
	}

	@Test
	void transactionThatWasOpenWhenWordsChangedIsWaitedFor() throws Exception {
		connect();
		try (SqlSession client = this.fixture.session()) {
			client.run("begin");
			client.run("insert into platform.agent_executions (agent_id, status, execution_start) "
					+ "select id, 'fine', '2026-11-01 10:00' from platform.agents");
			this.fixture
				.with(Stream
					.concat(Stream.of(PlatformTable.SETTINGS),
							Stream.of("agent-metrics.sources.platform.statuses.fine=COMPLETED"))
					.toArray(String[]::new));
			CompletableFuture<Boolean> connected = CompletableFuture.supplyAsync(this::connect);
			// a connect that waits for nobody ends before it is seen to wait
			await().atMost(Duration.ofSeconds(30))
				.until(() -> this.sql.number("select count(*) from pg_stat_activity where datname = current_database() "
						+ "and wait_event_type = 'Lock'") > 0);
			assertThat(connected).isNotDone();
			client.run("commit");
			assertThat(connected.get(30, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(this.sql.column("select status from agent_executions")).hasSize(7).containsOnly("COMPLETED");
		assertThat(this.sql.column("select reason from execution_rejects")).isEmpty();
	}

	/**
	 * The trigger of a change has found nothing of an execution, and the copy has not
	 * seen the change.
	 * @param change what is open while the execution is copied
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			completed | update platform.agent_executions set status = 'sleeping' |                    | sleeping
			sleeping  | update platform.agent_executions set status = 'failed'   | FAILED             |
			sleeping  | delete from platform.agent_executions                    |                    |
			completed | update platform.agent_executions set status = 'failed'   | FAILED             |
			""")
	void changeThatIsOpenWhileItsExecutionIsCopiedIsNotUndone(String before, String change, String stored,
			String rejected) throws Exception {
		connect();
		this.sql.run("alter table platform.agent_executions disable trigger user; "
				+ "insert into platform.agent_executions (agent_id, status, execution_start) "
				+ "select id, '%s', '2026-11-01 10:00' from platform.agents limit 1; "
				+ "alter table platform.agent_executions enable trigger user", before);
		try (SqlSession client = this.fixture.session()) {
			client.run("begin");
			client.run(change);
			CompletableFuture<Boolean> connected = CompletableFuture.supplyAsync(this::connect);
			// the copy waits for the client where both write the same row, or has written
			// another
			await().atMost(Duration.ofSeconds(30))
				.until(() -> this.sql.number("select (select count(*) from agent_executions) "
						+ "+ (select count(*) from execution_rejects) + (select count(*) from pg_stat_activity "
						+ "where datname = current_database() and wait_event_type = 'Lock')") > 0);
			assertThat(connected).isNotDone();
			client.run("commit");
			assertThat(connected.get(30, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(this.sql.column("select status from agent_executions"))
			.isEqualTo(Stream.ofNullable(stored).toList());
		assertThat(this.sql.column("select reason from execution_rejects"))
			.isEqualTo(Stream.ofNullable(rejected).map("the status \"%s\" is not known"::formatted).toList());
	}

	/** As where a file has brought the execution as another agent's. */
	@Test
	void whatPostgreSqlRefusesStaysNoted() {
		this.platform.fill(10);
		this.sql.run("""
				insert into execution_sources (name, statuses) values ('platform', '{}');
				insert into agents (name) values ('somebody else');
				insert into agent_executions (id, agent_id, status, execution_start, source_id)
				select runs.id, agents.id, 'COMPLETED', runs.execution_start at time zone 'UTC', -sources.id
				from platform.agent_executions runs, agents, execution_sources sources order by runs.id limit 1
				""");
		for (int connects = 0; connects < 2; connects++) {
			assertThat(connect()).isTrue();
			assertThat(this.sql.column("select reason from execution_rejects")).singleElement()
				.asString()
				.contains("never change");
		}
		assertThat(connections().status(ALL)).contains("DIFFERENT");
	}

	/** PostgreSQL 18 knows a NOT NULL that older rows need not keep. */
	@Test
	void copyEndsWhereKeysAreMissing() {
		this.sql.run("""
				alter table platform.agent_executions drop constraint agent_executions_pkey, alter id drop not null;
				create unique index on platform.agent_executions (id);
				insert into platform.agent_executions (id, agent_id, status, execution_start)
				select null, id, 'running', '2026-11-01 10:00' from platform.agents;
				alter table platform.agent_executions add constraint id_given not null id not valid
				""");
		this.platform.fill(20);
		assertThat(connect()).isTrue();
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(20);
	}

	@Test
	void roleOfThePlatformNeedsNoRightOnOurSchema() {
		this.platform.fill(10);
		connect();
		this.sql.run("create role platform_writer; grant usage on schema platform to platform_writer; "
				+ "grant all on all tables in schema platform to platform_writer; revoke all on schema public from public");
		try {
			this.sql.run("set role platform_writer; set search_path = platform; set timezone = 'Asia/Tokyo'");
			this.sql.run(
					"update agent_executions set status = 'failed', execution_end = execution_start + interval '1 hour'");
			// the driver wants ISO at the end
			this.sql.run("""
					do $$ begin
						set datestyle = 'German';
						insert into agent_executions (agent_id, status, execution_start)
						select id, 'running', '01.11.2026 10:00' from agents;
						set datestyle = 'ISO';
					end $$""");
			this.sql.run("reset role; reset search_path; set timezone = 'UTC'");
			assertThat(this.platform.differences()).isEmpty();
			assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(17);
		}
		finally {
			this.sql.run("reset role; drop owned by platform_writer; drop role platform_writer");
		}
	}

	@Test
	void whatCannotEvenBeReadIsMissed() {
		this.platform.fill(20);
		connect();
		this.sql.run("alter table platform.agents rename to people; "
				+ "create view platform.agents as select id, (1 / (id is null)::int)::text as name from platform.people");
		this.sql.run("update platform.agent_executions set status = 'failed' where status = 'completed'");
		this.sql.run("drop view platform.agents; alter table platform.people rename to agents");
		assertThat(this.sql.column("select cause from execution_misses")).containsExactly("division by zero");
		assertThat(connect()).isTrue();
		assertThat(this.platform.differences()).isEmpty();
	}

	@Test
	void nobodyElseMayUseTheTriggersFunction() {
		connect();
		this.sql.run("create role stranger; grant all on schema public to stranger");
		try {
			this.sql.run("set role stranger; create table runs (id int)");
			assertThatIllegalStateException()
				.isThrownBy(() -> this.sql.run("create trigger mine after truncate on runs for each statement "
						+ "execute function mirror_platform()"))
				.withMessageContaining("permission denied for function mirror_platform");
		}
		finally {
			this.sql.run("reset role; drop owned by stranger; drop role stranger");
		}
	}

	@Test
	void copyThatReadsRowsOtherwiseBeginsAnew() {
		this.platform.fill(3_000);
		connect();
		// as a copy leaves it that was killed half way
		this.sql.run("""
				update execution_sources set copied_at = null, copied_through =
					(select id::text from platform.agent_executions order by id offset 1500 limit 1)""");
		this.fixture.with(Stream
			.concat(Stream.of(PlatformTable.SETTINGS), Stream.of("agent-metrics.sources.platform.zone=Asia/Kolkata",
					"agent-metrics.sources.platform.statuses.running=PENDING"))
			.toArray(String[]::new));
		assertThat(connect()).isTrue();
		assertThat(this.sql.rows("select execution_start, status from agent_executions order by id"))
			.isEqualTo(this.sql.rows("""
					select execution_start at time zone 'Asia/Kolkata', replace(upper(status), 'RUNNING', 'PENDING')
					from platform.agent_executions order by id"""));
	}

	@Test
	void whatRetentionHasDroppedDoesNotComeBack() {
		this.platform.fill(3_000);
		connect();
		this.sql.run("insert into execution_drops values (now() - interval '1 day', pg_current_snapshot())");
		this.sql.run("delete from agent_executions where execution_start < (select kept_from from execution_drops)");
		long kept = this.sql.number("select count(*) from agent_executions");
		this.sql.run("update platform.agent_executions set error_message = 'archived'");
		assertThat(connect()).isTrue();
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(kept).isBetween(1_000L, 2_000L);
		assertThat(this.sql.number("select count(*) from agent_executions where error_message = 'archived'"))
			.isEqualTo(kept);
		assertThat(connections().status(ALL)).contains("retention has dropped what did").doesNotContain("DIFFERENT");
	}

	@Test
	void keyOfFixedLengthIsCopiedInChunks() {
		this.sql.run("create table platform.runs (id char(36) primary key, agent_id text, status char(12), "
				+ "execution_start timestamptz)");
		this.sql.run("insert into platform.runs select 'run-' || n, 'a', 'in review', '2026-11-01 10:00+00' "
				+ "from generate_series(1, 1500) n");
		this.fixture.with("agent-metrics.sources.runs.table=platform.runs",
				"agent-metrics.sources.runs.statuses[In Review]=RUNNING");
		assertThat(connect()).isTrue();
		assertThat(this.sql.number("select count(*) from agent_executions where status = 'RUNNING'")).isEqualTo(1_500);
	}

	@Test
	void whatAFileHasBroughtStaysUnlessTheTableHasIt() {
		this.platform.fill(10);
		connect();
		// what an import asks: seven executions that the table lacks, and others than it
		// says
		this.sql.run("""
				select store_executions((-id)::smallint, array(
					select row(gen_random_uuid()::text, agents.id::text, null, null, 'ok', now(), null, 7, null, null,
						null, null, null, null, null, null, null)::foreign_execution
					from platform.agents), '{}')
				from execution_sources""");
		this.sql
			.run("""
					select store_executions((-sources.id)::smallint, array(
						select row(runs.id::text, agent_id::text, null, null, 'ok', execution_start at time zone 'UTC', null, 7, null,
							null, null, null, null, null, null, null, null)::foreign_execution
						from platform.agent_executions runs), '{}')
					from execution_sources sources""");
		assertThat(this.platform.differences()).isEmpty();
		assertThat(connect()).isTrue();
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.number("select count(*) from agent_executions where source_id < 0")).isEqualTo(7);
		this.sql
			.run("insert into platform.agent_executions (id, agent_id, status, execution_start) select id, agent_id, "
					+ "'failed', execution_start at time zone 'UTC' from agent_executions where source_id < 0");
		assertThat(this.platform.differences()).isEmpty();
		assertThat(this.sql.number("select count(*) from agent_executions where source_id < 0")).isZero();
	}

	@Test
	void disconnectedTableIsNotFollowed() throws Exception {
		this.platform.fill(40);
		connect();
		connections().disconnect("platform", true);
		this.sql.run("delete from platform.agent_executions where status = 'completed'");
		assertThat(this.sql.number("select count(*) from agent_executions")).isEqualTo(40);
		assertThat(
				this.sql.column("select tgname from pg_trigger where tgrelid = 'platform.agent_executions'::regclass "
						+ "and not tgisinternal"))
			.isEmpty();
		assertThat(connections().status(ALL)).contains("not connected");
		connect();
		assertThat(this.platform.differences()).isEmpty();
		connections().disconnect("platform", false);
		assertThat(this.sql.number("select count(*) from agent_executions")).isZero();
		assertThat(this.sql.number("select count(*) from pg_proc where proname like 'mirror\\_%%'")).isZero();
	}

	@Test
	void disconnectWorksWithoutTheTable() throws Exception {
		connect();
		this.sql.run("drop schema platform cascade");
		connections().disconnect("platform", true);
		assertThat(this.sql.column("select connected_table from execution_sources")).containsExactly("null");
	}

	@Test
	void tableOfTextAndNumbersConnectsByItsSettings() {
		this.fixture.with("agent-metrics.sources.runs.table=platform.runs",
				"agent-metrics.sources.runs.columns.id=run_id", "agent-metrics.sources.runs.columns.agent=agent",
				"agent-metrics.sources.runs.columns.user=who", "agent-metrics.sources.runs.columns.status=state",
				"agent-metrics.sources.runs.columns.start=started_at",
				"agent-metrics.sources.runs.columns.duration=duration_s", "agent-metrics.sources.runs.time-unit=millis",
				"agent-metrics.sources.runs.duration-unit=seconds",
				"agent-metrics.sources.runs.statuses.fine=COMPLETED");
		this.sql.run("create table platform.runs (run_id text primary key, agent text, who text, started_at bigint, "
				+ "duration_s numeric, state text)");
		this.sql.run("insert into platform.runs values ('r-1', 'Invoice Reader', 'ann', 1793527200123, 1.5, 'fine'), "
				+ "('r-2', 'Invoice Reader', null, 9223372036854775807, 1, 'fine'), ('r-3', 'bot', null, -1, 1, 'fine'), "
				+ "('r-4', 'bot', null, 1793527200123, 'NaN', 'Timed Out'), ('r-5', null, null, 1793527200123, 1, 'fine')");
		assertThat(connect()).isTrue();
		this.sql.run("insert into platform.runs values ('r-6', 'bot', 'ann', 1793527200124, 0.0019, 'ERROR')");
		assertThat(this.sql.rows("""
				select e.id = source_uuid('runs', case when e.execution_time_ms = 1500 then 'r-1'
						when e.status = 'TIMEOUT' then 'r-4' else 'r-6' end),
					name, a.external_id, e.user_id, status, execution_start, execution_time_ms
				from agent_executions e join agents a on a.id = agent_id order by status
				""")).containsExactly(
				List.of("t", "Invoice Reader", "Invoice Reader", ann(), "COMPLETED", "2026-11-01 10:00:00.123+00",
						"1500"),
				List.of("t", "bot", "bot", ann(), "FAILED", "2026-11-01 10:00:00.124+00", "1"),
				List.of("t", "bot", "bot", "null", "TIMEOUT", "2026-11-01 10:00:00.123+00", "null"));
		assertThat(this.sql.rows("select key, reason, stored from execution_rejects order by key")).containsExactly(
				List.of("r-2", "the start is not within the years 2000 to 2099", "f"),
				List.of("r-3", "the start is not within the years 2000 to 2099", "f"),
				List.of("r-4", "its duration of NaN ms is not within 0 to ten years", "t"),
				List.of("r-5", "the agent is missing", "f"));
	}

	@Test
	void releasesTokensCostsAndTracesComeOverWithEachChange() {
		this.sql.run("alter table platform.agent_executions add environment varchar(20), add release varchar(20), "
				+ "add input_tokens integer, add output_tokens real, add cached_input_tokens numeric, "
				+ "add price double precision, add external_id text, add trace uuid");
		this.platform.fill(3);
		this.sql.run("update platform.agent_executions set environment = 'production', release = 'v1', "
				+ "input_tokens = 1200, output_tokens = 80, price = 0.1 + 0.2, external_id = 'another key'");
		String here = "select agent_version, environment, input_tokens, output_tokens, cached_input_tokens, cost_usd, "
				+ "external_id from agent_executions";
		connect();
		assertThat(this.sql.rows(here)).hasSize(3)
			.containsOnly(List.of("null", "production", "1200", "80", "null", "null", "null"));
		this.fixture.with(
				Stream
					.concat(Stream.of(PlatformTable.SETTINGS),
							Stream.of("version=release", "cost=price", "external-id=trace")
								.map("agent-metrics.sources.platform.columns."::concat))
					.toArray(String[]::new));
		assertThat(connections().plan(ALL)).contains("agent_version=v1", "cost_usd=0.3", "input_tokens=1200");
		connect();
		assertThat(this.sql.rows(here)).hasSize(3)
			.containsOnly(List.of("v1", "production", "1200", "80", "null", "0.3", "null"));
		this.sql.run("update platform.agent_executions set release = 'v2', input_tokens = null, "
				+ "cached_input_tokens = 70.9, price = 0, trace = '0af76519-16cd-43dd-8448-eb211c80319c'");
		assertThat(this.sql.rows(here)).hasSize(3)
			.containsOnly(List.of("v2", "production", "null", "80", "70", "0", "0af76519-16cd-43dd-8448-eb211c80319c"));
		List<String> rows = this.sql.column("select (changed_in, ctid)::text from agent_executions order by id");
		this.sql.run("update platform.agent_executions set input_data = '{}'");
		assertThat(this.sql.column("select (changed_in, ctid)::text from agent_executions order by id"))
			.isEqualTo(rows);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					agent_version       | repeat('v', 10240) | its version is longer than 200 characters
					environment         | repeat('e', 201)   | its environment is longer than 200 characters
					trace               | repeat('t', 501)   | its external id is longer than 500 characters
					input_tokens        | -5                 | its -5 input tokens are not within 0 to 1,000,000,000,000
					output_tokens       | 'infinity'         | its Infinity output tokens are not within 0 to 1,000,000,000,000
					cached_input_tokens | 'NaN'              | its NaN cached tokens are not within 0 to 1,000,000,000,000
					cost_usd            | 'NaN'              | its cost of NaN USD is not within 0 to 1,000,000 with up to 40 decimals
					cost_usd            | -0.01              | its cost of -0.01 USD is not within 0 to 1,000,000 with up to 40 decimals
					""",
			quoteCharacter = '`')
	void executionIsStoredWithoutTheReleaseTokensOrCostThatCannotBeTrue(String column, String value, String reason) {
		this.sql.run("alter table platform.agent_executions add agent_version text, add environment text, "
				+ "add input_tokens double precision, add output_tokens double precision, "
				+ "add cached_input_tokens numeric, add cost_usd numeric, add trace text");
		this.fixture.with(
				Stream
					.concat(Stream.of(PlatformTable.SETTINGS),
							Stream.of("agent-metrics.sources.platform.columns.external-id=trace"))
					.toArray(String[]::new));
		connect();
		this.platform.fill(2);
		this.sql.run("update platform.agent_executions set agent_version = ' ', environment = '', input_tokens = 1, "
				+ "output_tokens = 2, cached_input_tokens = 3, cost_usd = 4, trace = 't'");
		this.sql.run("update platform.agent_executions set %s = %s where status = 'running'".formatted(column, value));
		assertThat(this.sql.rows("select reason, stored from execution_rejects")).containsExactly(List.of(reason, "t"));
		assertThat(
				this.sql.rows("select count(*), count(agent_version), count(environment), sum(num_nulls(input_tokens, "
						+ "output_tokens, cached_input_tokens, cost_usd, external_id)) from agent_executions"))
			.containsExactly(List.of("2", "0", "0",
					(column.equals("environment") || column.equals("agent_version")) ? "0" : "1"));
		assertThat(this.sql.column("select cause from execution_misses")).isEmpty();
		this.sql.run("update platform.agent_executions set %s = null".formatted(column));
		assertThat(this.sql.column("select reason from execution_rejects")).isEmpty();
	}

	private String ann() {
		return UUID.nameUUIDFromBytes("runs:ann".getBytes(StandardCharsets.UTF_8)).toString();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					columns.user=nobody columns.status=state        | columns.status is state, which platform.agent_executions does not have
					columns.start=status                            | columns.start is status, whose type is character varying: times are
					columns.start=execution_time_ms                 | columns.start is execution_time_ms, a number: set time-unit
					columns.id=user_id                              | columns.id is user_id, which does not identify a row of
					columns.duration=error_message                  | columns.duration is error_message, whose type is text: durations are
					columns.cost=error_message                      | columns.cost is error_message, whose type is text: tokens and costs are
					columns.input-tokens=status                     | columns.input-tokens is status, whose type is character varying: tokens
					columns.external-id=trace                       | columns.external-id is trace, which platform.agent_executions does not have
					table=platform.nothing                          | table is platform.nothing, but there is no such table in this database
					table=elsewhere.public.runs                     | table is elsewhere.public.runs, which cannot be a table of this database: ERROR: cross-database
					table=platform.seen                             | platform.seen is a view, whose changes cannot be followed
					table=platform.parts                            | platform.parts is partitioned, whose changes cannot be followed
					table=platform.part                             | platform.part is a partition of another table, whose changes
					table=agent_executions                          | public.agent_executions is partitioned
					agents.table=platform.no_names                  | agents.table is platform.no_names, but there is no such table
					agents.name=title                               | agents.name is title, which platform.agents does not have
					""")
	void whatCannotBeConnectedIsRefusedByName(String settings, String message) {
		this.sql
			.run("create view platform.seen as select * from platform.agent_executions; create table platform.parts "
					+ "(id uuid primary key) partition by range (id); create table platform.part partition of platform.parts default");
		Map<String, String> all = new LinkedHashMap<>();
		Stream
			.concat(Stream.of(PlatformTable.SETTINGS),
					Stream.of(settings.split(" ")).map("agent-metrics.sources.platform."::concat))
			.map((setting) -> setting.split("="))
			.forEach((setting) -> all.put(setting[0], setting[1]));
		this.fixture.with(all.entrySet().stream().map(Object::toString).toArray(String[]::new));
		for (Callable<?> command : List.<Callable<?>>of(() -> connections().connect(ALL),
				() -> connections().plan(ALL))) {
			assertThatExceptionOfType(RefusedException.class).isThrownBy(command::call)
				.withMessageStartingWith("agent-metrics.sources.platform: " + message);
		}
		assertThat(this.sql.number("select count(*) from execution_sources")).isZero();
	}

	@Test
	void missingRightsAreRefusedByNameAndThoseNamedAreEnough() throws Exception {
		this.platform.fill(5);
		this.sql.run(
				"create role modest login; grant usage on schema platform to modest; grant all on all tables in schema "
						+ "public to modest");
		try (InProcessAggregator aggregator = new InProcessAggregator(this.fixture.database().url(), "modest",
				this.fixture.clock(), PlatformTable.SETTINGS)) {
			SourceConnections connections = aggregator.bean(SourceConnections.class);
			assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> connections.connect(ALL))
				.withMessageContaining("the database login needs SELECT on platform.agent_executions");
			this.sql.run("grant select on platform.agent_executions to modest");
			assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> connections.connect(ALL))
				.withMessageContaining("the database login needs TRIGGER on platform.agent_executions");
			this.sql.run("grant trigger on platform.agent_executions to modest; alter table platform.agent_executions "
					+ "enable row level security");
			assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> connections.connect(ALL))
				.withMessageContaining("platform.agent_executions hides rows");
			this.sql.run("alter table platform.agent_executions disable row level security; "
					+ "grant select on platform.agents to modest; grant create on schema public to modest; "
					+ "grant all on all sequences in schema public to modest");
			assertThat(connections.connect(ALL)).isTrue();
			assertThat(this.platform.differences()).isEmpty();
			this.sql.run("alter table platform.agent_executions rename to runs");
			connections.disconnect("platform", true);
			assertThat(this.sql.column("select tgname from pg_trigger where tgname like 'agent\\_metrics\\_%%'"))
				.isEmpty();
		}
		finally {
			this.sql.run("drop owned by modest; drop role modest");
		}
	}

	@Test
	void tableHasOneSource() throws Exception {
		connect();
		this.fixture.with("agent-metrics.sources.again.table=platform.agent_executions");
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> connections().connect(ALL))
			.withMessage(
					"agent-metrics.sources.again: platform.agent_executions is the table of the source platform already");
	}

	@Test
	void tableThatAnotherInstallationFollowsStaysItsOwn() throws Exception {
		this.fixture.sql()
			.run("""
					create schema elsewhere;
					create function elsewhere.mirror_platform() returns trigger language plpgsql as 'begin return null; end';
					create trigger agent_metrics_insert after insert on platform.agent_executions
					for each statement execute function elsewhere.mirror_platform()
					""");
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> connections().connect(ALL))
			.withMessage(
					"agent-metrics.sources.platform: platform.agent_executions is connected already, by the function "
							+ "elsewhere.mirror_platform of another installation: disconnect it there");
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> connections().plan(ALL));
		assertThat(this.fixture.sql()
			.column("select tgfoid::regproc::text from pg_trigger where tgname like 'agent\\_metrics%%'"))
			.containsExactly("elsewhere.mirror_platform");
	}

	private SourceConnections connections() {
		return this.fixture.aggregator().bean(SourceConnections.class);
	}

	private boolean connect() {
		try {
			return connections().connect(ALL);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
