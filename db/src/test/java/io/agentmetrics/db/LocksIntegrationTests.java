package io.agentmetrics.db;

import java.sql.SQLException;

import io.agentmetrics.db.lock.AdvisoryLock;
import io.agentmetrics.db.lock.LockKey;
import io.agentmetrics.db.lock.LockTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LocksIntegrationTests {

	private final TestDatabase database = TestDatabase.create();

	private final SqlSession holder = new SqlSession(this.database.dataSource());

	private final SqlSession other = new SqlSession(this.database.dataSource());

	@AfterEach
	void close() {
		this.holder.close();
		this.other.close();
		this.database.close();
	}

	@ParameterizedTest
	@EnumSource
	void whoHoldsALockHoldsNoOtherAndIsNamed(AdvisoryLock lock) throws SQLException {
		this.holder.run("set application_name = 'the holder'");
		assertThat(lock.key().tryAlone(this.holder.connection())).isTrue();
		for (AdvisoryLock each : AdvisoryLock.values()) {
			assertThat(each.key().tryAlone(this.other.connection())).as(each.name()).isEqualTo(each != lock);
			assertThat(this.other.column("select pid from (" + each.held() + ") held")).hasSize(1);
		}
		this.other.run(LockKey.RELEASE_ALL);
		this.other.run("set lock_timeout = '100ms'");
		assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> lock.key().await(this.other.connection()))
			.withMessageContaining(
					"held by session " + this.holder.value("select pg_backend_pid()") + " of the holder since 20");
		lock.key().release(this.holder.connection());
		lock.key().await(this.other.connection());
	}

	@Test
	void whoHasLockedATableIsNamed() {
		this.holder.run("set application_name = 'the holder'");
		this.holder.run("begin");
		this.holder.run("lock table agents");
		this.other.run("set lock_timeout = '100ms'");
		assertThatIllegalStateException().isThrownBy(() -> this.other.run("select from agents"))
			.satisfies((timeout) -> {
				assertThat(LockTimeoutException.isTimeout(timeout)).isTrue();
				assertThat(LockTimeoutException.explain(this.database.dataSource(), timeout)).hasMessageContaining(
						"held by session %s of the holder", this.holder.value("select pg_backend_pid()"));
			});
	}

}
