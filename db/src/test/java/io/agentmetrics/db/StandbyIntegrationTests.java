package io.agentmetrics.db;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class StandbyIntegrationTests {

	@Test
	void standbySaysUpToWhenItHasReplayedAndTakesNoChanges() {
		try (TestDatabase database = TestDatabase.createAlone();
				TestStandby standby = database.standby();
				SqlSession primary = new SqlSession(database.dataSource());
				SqlSession replica = new SqlSession(standby.dataSource())) {
			assertThat(primary.value("select replayed_until() = now()")).isEqualTo("t");
			awaitCaughtUp(replica);
			standby.pauseReplay();
			primary.run("insert into agents (name) values ('a')");
			primary.value("select pg_sleep(1)");
			assertThat(replica.value("select now() - replayed_until() >= interval '1 s'")).isEqualTo("t");
			standby.resumeReplay();
			awaitCaughtUp(replica);
			assertThatNoException().isThrownBy(() -> SuitableDatabase.require(standby.url(), standby.username(), null));
			assertThatExceptionOfType(UnsuitableDatabaseException.class)
				.isThrownBy(() -> SuitableDatabase.requirePrimary(standby.dataSource()))
				.withMessageContaining("connect to its primary");
			standby.promote();
			assertThatNoException().isThrownBy(() -> SuitableDatabase.requirePrimary(standby.dataSource()));
			assertThat(replica.value("select replayed_until() = now()")).isEqualTo("t");
		}
	}

	private static void awaitCaughtUp(SqlSession replica) {
		for (int attempt = 0; attempt < 200; attempt++) {
			if (replica.value("select replayed_until() = now()").equals("t")) {
				return;
			}
			replica.value("select pg_sleep(0.1)");
		}
		throw new AssertionError(replica.value("""
				select format('received %s, replayed %s, until %s', pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(),
					replayed_until())
				"""));
	}

}
