package io.agentmetrics.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class SuitableDatabaseIntegrationTests {

	private final TestDatabase database = TestDatabase.create();

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void postgresItselfIsSuitable() {
		assertThatNoException().isThrownBy(() -> require(this.database));
		assertThatNoException().isThrownBy(() -> SuitableDatabase.requirePrimary(this.database.dataSource()));
	}

	@ParameterizedTest
	@CsvSource({ "postgresql://scott:tiger@localhost:5432/metrics, postgresql:", "scott:tiger@localhost:5432/metrics,",
			"scott:tiger:x//localhost,", "jdbc:mysql://scott:tiger@localhost/metrics, jdbc:mysql:",
			"jdbc:oracle:thin:scott/tiger@localhost, jdbc:oracle:", "localhost:5432/metrics,",
			"//scott:tiger@localhost," })
	void urlOfAnotherKindIsRefusedWithoutItsPassword(String url, @Nullable String kind) {
		assertThatExceptionOfType(UnsuitableDatabaseException.class)
			.isThrownBy(() -> SuitableDatabase.requirePostgres(url))
			.withMessage("SPRING_DATASOURCE_URL has to be like jdbc:postgresql://host:5432/name"
					+ ((kind != null) ? ", but begins with " + kind : "."));
	}

	/** Its own other clients leave sessions behind that wait to be used. */
	@ParameterizedTest
	@CsvSource({ "transaction, 0, 0", "transaction, 1, 0", "transaction, 0, 6", "transaction, 1, 6",
			"transaction, 1, 1", "transaction, 1, 2", "transaction, 1, 3", "transaction, 1, 5", "statement, 0, 3" })
	void poolerThatMixesSessionsIsRefused(String mode, int roundRobin, int idle) throws SQLException {
		try (PgBouncer pooler = PgBouncer.start(this.database, mode, "server_round_robin = " + roundRobin)) {
			leaveIdle(pooled(pooler), idle, mode);
			assertThatExceptionOfType(UnsuitableDatabaseException.class)
				.isThrownBy(() -> SuitableDatabase.require(pooler.url(), "anybody", null))
				.withMessageContaining("pool_mode = session");
		}
	}

	@Test
	void poolerThatKeepsSessionsIsSuitable() {
		try (PgBouncer pooler = PgBouncer.start(this.database, "session")) {
			assertThatNoException().isThrownBy(() -> SuitableDatabase.require(pooler.url(), "anybody", null));
			assertThatNoException().isThrownBy(() -> SuitableDatabase.require(pooler.url(), "anybody", null));
		}
	}

	@Test
	void distributedExecutionsAreRefused() {
		try (SqlSession sql = new SqlSession(this.database.dataSource())) {
			// as Citus has it
			sql.run("create table pg_dist_partition (logicalrel regclass, partmethod \"char\")");
			assertThatNoException().isThrownBy(() -> require(this.database));
			sql.run("insert into pg_dist_partition values ('agents', 'n')");
			assertThatNoException().isThrownBy(() -> require(this.database));
			sql.run("insert into pg_dist_partition values ('agent_executions', 'h')");
			assertThatExceptionOfType(UnsuitableDatabaseException.class).isThrownBy(() -> require(this.database))
				.withMessageContaining("distributed by Citus");
		}
	}

	private static void require(TestDatabase database) {
		SuitableDatabase.require(database.url(), database.username(), "any");
	}

	private static DataSource pooled(PgBouncer pooler) {
		PGSimpleDataSource pooled = new PGSimpleDataSource();
		pooled.setURL(pooler.url());
		pooled.setUser("anybody");
		return pooled;
	}

	private static void leaveIdle(DataSource pooled, int sessions, String mode) throws SQLException {
		List<Connection> clients = new ArrayList<>();
		for (int session = 0; session < sessions; session++) {
			Connection client = pooled.getConnection();
			clients.add(client);
			if (mode.equals("transaction")) {
				client.setAutoCommit(false);
			}
			try (Statement statement = client.createStatement()) {
				statement.execute("select 1");
			}
		}
		for (Connection client : clients) {
			if (!client.getAutoCommit()) {
				client.commit();
			}
			client.close();
		}
	}

}
