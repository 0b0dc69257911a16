package io.agentmetrics.aggregator.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.agentmetrics.aggregator.rollup.Shard;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.lock.AdvisoryLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Who may run beside whom.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LeasesIntegrationTests {

	private final TestDatabase database = TestDatabase.create();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final Leases leases = new Leases(new DedicatedConnections(new JdbcConnectionDetails() {

		@Override
		public String getUsername() {
			return LeasesIntegrationTests.this.database.username();
		}

		@Override
		public String getPassword() {
			return "any";
		}

		@Override
		public String getJdbcUrl() {
			return LeasesIntegrationTests.this.database.url();
		}

	}));

	@BeforeAll
	void nothingIsLocked() {
		assertThat(locks()).isZero();
	}

	@AfterAll
	void dropDatabase() {
		this.database.close();
	}

	@Test
	void leaseIsFreeAgainAsSoonAsItIsClosed() throws SQLException {
		for (int round = 0; round < 20; round++) {
			try (Lease lease = this.leases.acquire(Shard.WHOLE)) {
				assertThat(lease.shard()).isEqualTo(Shard.WHOLE);
			}
		}
	}

	@Test
	void secondAggregatorIsBusy() throws SQLException {
		try (Lease lease = this.leases.acquire(Shard.WHOLE)) {
			assertBusy(Shard.WHOLE, "Another aggregator is running");
			assertThat(fence(Shard.WHOLE)).isEqualTo(lease.fence());
		}
	}

	@Test
	void shardIsBusyWhileAnAggregatorWithoutShardsRuns() throws SQLException {
		try (Lease lease = this.leases.acquire(Shard.WHOLE)) {
			assertBusy(new Shard(0, 3), "An aggregator without shards is running");
			assertThat(fence(Shard.WHOLE)).isEqualTo(lease.fence());
		}
	}

	@Test
	void aggregatorWithoutShardsIsBusyWhileAShardRuns() throws SQLException {
		try (Lease lease = this.leases.acquire(new Shard(2, 3))) {
			assertBusy(Shard.WHOLE, "Another aggregator is running");
			assertThat(fence(lease.shard())).isEqualTo(lease.fence());
		}
	}

	@Test
	void sameShardIsBusy() throws SQLException {
		try (Lease lease = this.leases.acquire(new Shard(2, 3))) {
			assertBusy(lease.shard(), "Another aggregator is running shard 2/3");
		}
	}

	@Test
	void shardsOfTwoNumbersNeverRunTogether() throws SQLException {
		try (Lease lease = this.leases.acquire(new Shard(0, 3))) {
			assertBusy(new Shard(1, 2), "Aggregators with a number of shards other than 2 are running");
			assertBusy(new Shard(1, 4), "Aggregators with a number of shards other than 4 are running");
			assertThat(fence(lease.shard())).isEqualTo(lease.fence());
		}
	}

	@Test
	void shardsOfOneNumberRunTogetherAndKeepTheirFences() throws SQLException {
		try (Lease first = this.leases.acquire(new Shard(0, 3));
				Lease second = this.leases.acquire(new Shard(1, 3));
				Lease third = this.leases.acquire(new Shard(2, 3))) {
			assertThat(fence(first.shard())).isEqualTo(first.fence());
			assertThat(fence(second.shard())).isEqualTo(second.fence());
			assertThat(third.fence()).isGreaterThan(second.fence());
		}
	}

	@Test
	void lastShardOfTheLargestNumberHasALockOfItsOwn() throws SQLException {
		try (Lease first = this.leases.acquire(new Shard(0, Shard.MAX_COUNT));
				Lease last = this.leases.acquire(new Shard(Shard.MAX_COUNT - 1, Shard.MAX_COUNT))) {
			assertBusy(last.shard(), "Another aggregator is running shard 1023/1024");
			assertThat(first.fence()).isLessThan(last.fence());
		}
	}

	@Test
	void leasesOfOtherDatabasesOfTheServerDoNotCount() throws SQLException {
		try (TestDatabase other = TestDatabase.create();
				Lease elsewhere = new Leases(new DedicatedConnections(new JdbcConnectionDetails() {

					@Override
					public String getUsername() {
						return other.username();
					}

					@Override
					public String getPassword() {
						return "any";
					}

					@Override
					public String getJdbcUrl() {
						return other.url();
					}

				})).acquire(new Shard(0, 5));
				Lease here = this.leases.acquire(new Shard(0, 3))) {
			assertThat(elsewhere.shard().count()).isNotEqualTo(here.shard().count());
		}
	}

	@Test
	void runWhoseConnectionBrokeIsReplacedByOneWithAHigherFence() throws SQLException {
		try (Lease cutOff = this.leases.acquire(Shard.WHOLE)) {
			terminate();
			try (Lease next = this.leases.acquire(Shard.WHOLE)) {
				assertThat(next.fence()).isGreaterThan(cutOff.fence());
				assertThat(fence(Shard.WHOLE)).isEqualTo(next.fence());
			}
		}
	}

	@Test
	void leaseWithoutShardsFencesOffShardsThatWereCutOff() throws SQLException {
		try (Lease cutOff = this.leases.acquire(new Shard(0, 3))) {
			terminate();
			try (Lease whole = this.leases.acquire(Shard.WHOLE)) {
				assertThat(fence(cutOff.shard())).isNotEqualTo(cutOff.fence());
				assertThat(fence(whole.shard())).isEqualTo(whole.fence());
			}
		}
	}

	@Test
	void runThatWasCutOffButIsSuspendedWhileItWritesMakesTheNextBusy() throws SQLException {
		Shard shard = new Shard(4, 7);
		this.leases.acquire(shard).close();
		try (Connection suspended = this.database.dataSource().getConnection();
				Statement writing = suspended.createStatement()) {
			suspended.setAutoCommit(false);
			writing.execute("select fence from aggregation_shards where shards = 7 and shard = 4 for share");
			assertBusy(shard, "An aggregator that has lost its lock is still writing");
			suspended.rollback();
		}
		this.leases.acquire(shard).close();
	}

	@Test
	void sessionsThatStillWriteForAShardThatWasCutOffAreEndedAndNoOthers() throws SQLException {
		Shard shard = new Shard(4, 9);
		this.leases.acquire(shard).close();
		this.leases.acquire(new Shard(5, 9)).close();
		try (Connection suspended = this.database.dataSource().getConnection();
				Connection sibling = this.database.dataSource().getConnection();
				Statement writing = suspended.createStatement();
				Statement writingToo = sibling.createStatement()) {
			beginToWrite(writing, shard);
			writing.execute("set local idle_in_transaction_session_timeout = 0");
			beginToWrite(writingToo, new Shard(5, 9));
			this.leases.acquire(shard).close();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> writing.execute("select 1"));
			assertThat(writingToo.execute("commit")).isFalse();
		}
	}

	private static void beginToWrite(Statement session, Shard shard) throws SQLException {
		session.execute("begin");
		session.execute(AdvisoryLock.WRITER.key(Lease.number(shard)).sharedInTransaction());
		session.execute("select fence from aggregation_shards where shards = %d and shard = %d for share"
			.formatted(shard.count(), shard.index()));
	}

	private void assertBusy(Shard shard, String message) {
		assertThatExceptionOfType(BusyException.class).isThrownBy(() -> this.leases.acquire(shard))
			.withMessage(message);
	}

	private long fence(Shard shard) {
		return this.jdbc.sql("select fence from aggregation_shards where shards = ? and shard = ?")
			.params(shard.count(), shard.index())
			.query(Long.class)
			.single();
	}

	private void terminate() {
		this.jdbc.sql("""
				with sessions as materialized (
					select pid from pg_stat_activity
					where datname = current_database() and application_name = 'agent-metrics-aggregator-lock'
				)
				select pg_terminate_backend(pid) from sessions
				""").query().listOfRows();
		await().atMost(Duration.ofSeconds(10)).until(() -> locks() == 0);
	}

	private long locks() {
		return this.jdbc.sql("""
				select count(*) from pg_locks join pg_database on database = pg_database.oid
				where locktype = 'advisory' and datname = current_database()
				""").query(Long.class).single();
	}

}
