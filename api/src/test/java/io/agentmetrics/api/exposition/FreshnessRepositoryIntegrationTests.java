package io.agentmetrics.api.exposition;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.api.ledger.LedgerRepository;
import io.agentmetrics.api.ledger.TestCaches;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

class FreshnessRepositoryIntegrationTests {

	private final TestDatabase database = TestDatabase.create();

	private final TestExecutions executions = new TestExecutions(this.database.dataSource());

	private final JdbcClient sql = JdbcClient.create(this.database.dataSource());

	private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

	@AfterEach
	void dropDatabase() {
		this.database.close();
	}

	@Test
	void databaseWithoutExecutionsIsInfinitelyOldAndNotBehind() {
		Freshness fresh = current();
		assertThat(fresh.ageSeconds()).isInfinite();
		assertThat(fresh.datesBehind()).isZero();
		assertThat(fresh.agentDatesWaiting()).isZero();
		assertThat(fresh.lastRunSeconds()).isEmpty();
		assertThat(fresh.lastRunFailed()).isFalse();
		assertThat(fresh.reconciliationFailures()).isZero();
	}

	@Test
	void whatWasNeverAggregatedIsBehindSinceTheFirstExecution() {
		run(this.executions.agent("a"), 5);
		run(this.executions.agent("b"), 5);
		assertThat(current().datesBehind()).isEqualTo(5);
		assertThat(current().agentDatesWaiting()).isEqualTo(2);
	}

	@Test
	void completeAggregationLeavesNothingToWaitFor() {
		run(this.executions.agent("a"), 3);
		aggregate(3, 0);
		Freshness fresh = current();
		assertThat(fresh.ageSeconds()).isBetween(0.0, 60.0);
		assertThat(fresh.datesBehind()).isZero();
		assertThat(fresh.agentDatesWaiting()).isZero();
	}

	@Test
	void daysThatAreNotClosedAreBehind() {
		UUID agent = this.executions.agent("a");
		run(agent, 6);
		aggregate(6, 3);
		assertThat(current().datesBehind()).isEqualTo(3);
		this.sql.sql("delete from aggregated_days where metric_date = :day")
			.param("day", this.today.minusDays(5))
			.update();
		assertThat(current().datesBehind()).isEqualTo(4);
	}

	@Test
	void changedLateAndDeletedRunsOfClosedDaysWait() throws SQLException {
		UUID agent = this.executions.agent("a");
		UUID other = this.executions.agent("b");
		UUID deleted = run(other, 2);
		try (Connection late = this.database.dataSource().getConnection();
				Statement statement = late.createStatement()) {
			late.setAutoCommit(false);
			statement.execute("""
					insert into agent_executions (agent_id, user_id, status, execution_start)
					values ('%s', gen_random_uuid(), 'COMPLETED', '%s')
					""".formatted(agent, noon(4)));
			aggregate(4, 0);
			assertThat(current().agentDatesWaiting()).isZero();
			late.commit();
		}
		assertThat(current().agentDatesWaiting()).isEqualTo(1);
		run(agent, 3);
		run(agent, 3);
		run(agent, 0);
		this.executions.delete(deleted);
		assertThat(current().agentDatesWaiting()).isEqualTo(3);
		aggregate(4, 0);
		assertThat(current().agentDatesWaiting()).isZero();
	}

	@Test
	void lastRunOfAllShardsIsTold() {
		this.sql.sql("""
				insert into aggregation_runs (shards, shard, started_at, ended_at, duration_seconds, executions, failed,
					reconciliation_failures)
				values (1, 0, now() - interval '9 days', now() - interval '9 days', 999, 9, true, 5),
					(2, 0, now() - interval '1 hour', now(), 10, 1000, false, 0),
					(2, 1, now() - interval '1 hour', now(), 20, 1000, false, 1)
				""").update();
		Freshness fresh = current();
		assertThat(fresh.lastRunSeconds()).hasValue(20);
		assertThat(fresh.lastRunRowsPerSecond()).hasValue(150);
		assertThat(fresh.lastRunFailed()).isFalse();
		assertThat(fresh.reconciliationFailures()).isEqualTo(6);
	}

	@Test
	void runThatHasNotBeenAliveForAMinuteHasFailed() {
		this.sql.sql("""
				insert into aggregation_runs (shards, shard, started_at, alive_at)
				values (1, 0, now() - interval '1 hour', now() - interval '61 s')
				""").update();
		assertThat(current().lastRunFailed()).isTrue();
		this.sql.sql("update aggregation_runs set alive_at = now() - interval '30 s'").update();
		assertThat(current().lastRunFailed()).isFalse();
	}

	@Test
	void connectedTablesAreToldWithWhatDidNotComeOver() {
		this.sql.sql("""
				create table runs (id int);
				create function mirror_whole() returns trigger language plpgsql as 'begin return null; end';
				create trigger agent_metrics_insert after insert on runs execute function mirror_whole();
				create trigger agent_metrics_update after update on runs execute function mirror_whole();
				create trigger agent_metrics_delete after delete on runs execute function mirror_whole();
				create trigger agent_metrics_truncate after truncate on runs execute function mirror_whole();
				insert into execution_sources (name, statuses, connected_table)
				values ('whole', '{}', 'public.runs'), ('gone', '{}', 'public."No Runs"'), ('file', '{}', null);
				insert into execution_rejects (source_id, key, reason, stored)
				select id, stored, 'odd', stored from execution_sources, (values (true), (false)) stored (stored)
				where name <> 'gone';
				insert into execution_misses (source_id, cause)
				select id, 'locked' from execution_sources, generate_series(1, 3) where name = 'gone'
				""").update();
		assertThat(current().sources()).containsExactly(new ConnectedSource("gone", false, 0, 3),
				new ConnectedSource("whole", true, 1, 0));
		this.sql.sql("alter table runs disable trigger agent_metrics_delete").update();
		assertThat(current().sources()).contains(new ConnectedSource("whole", false, 1, 0));
		this.sql.sql("""
				alter table runs enable trigger agent_metrics_delete;
				create schema elsewhere;
				alter function mirror_whole set schema elsewhere
				""").update();
		assertThat(current().sources()).as("followed by another installation")
			.contains(new ConnectedSource("whole", false, 1, 0));
	}

	@Test
	void oneConnectionIsEnough() {
		HikariConfig single = new HikariConfig();
		single.setDataSource(this.database.dataSource());
		single.setMaximumPoolSize(1);
		single.setConnectionTimeout(1_000);
		try (HikariDataSource pool = new HikariDataSource(single)) {
			assertThatNoException().isThrownBy(() -> repository(pool).current());
		}
	}

	private Freshness current() {
		return repository(this.database.dataSource()).current();
	}

	private static FreshnessRepository repository(DataSource dataSource) {
		return new FreshnessRepository(JdbcClient.create(dataSource),
				new TransactionTemplate(new JdbcTransactionManager(dataSource)),
				new LedgerRepository(JdbcClient.create(dataSource), TestCaches.none()), Clock.systemUTC());
	}

	private UUID run(UUID agent, int daysAgo) {
		return this.executions.insertAll(List.of(TestExecution.completed(agent, noon(daysAgo), 10))).getFirst();
	}

	private Instant noon(int daysAgo) {
		return this.today.minusDays(daysAgo).atTime(12, 0).toInstant(ZoneOffset.UTC);
	}

	private void aggregate(int from, int to) {
		new TestAggregator(this.database.dataSource(), ZoneId.of("UTC")).close(this.today.minusDays(from),
				this.today.minusDays(to));
	}

}
