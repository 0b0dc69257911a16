package io.agentmetrics.db;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

/**
 * The role that the API reads as.
 */
class ReaderRoleIntegrationTests {

	private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private final TestDatabase database = TestDatabase.create();

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	private final String user = "user_" + UUID.randomUUID().toString().replace("-", "");

	@BeforeEach
	void createUser() {
		this.sql.run("create role " + this.user + " login");
	}

	@AfterEach
	void dropAll() {
		this.sql.run("drop owned by " + this.user + " cascade");
		this.sql.run("alter database " + this.sql.value("select current_database()") + " owner to postgres");
		this.sql.run("drop role " + this.user);
		this.sql.close();
		this.database.close();
	}

	@Test
	void memberReadsEveryTableThatHoldsMetrics() {
		join();
		try (SqlSession reader = reader()) {
			for (String table : this.sql.column("select table_name from reader_grants")) {
				assertThat(reader.column("select count(*) from " + table)).as(table).hasSize(1);
			}
			assertThat(reader.value("select system_identifier > 0 from pg_control_system()")).isEqualTo("t");
			assertThat(reader.column("select first_execution_start()")).hasSize(1);
			assertThat(reader.column("select total from unpack_hourly_counts('\\x09010100')")).containsExactly("1");
			assertThat(reader.value("select pg_current_snapshot() is not null")).isEqualTo("t");
		}
	}

	@Test
	void memberWritesWhatItCountsForPrometheus() {
		join();
		try (SqlSession reader = reader()) {
			for (String table : this.sql.column("select table_name from reader_grants where privileges <> 'select'")) {
				assertThat(table).startsWith("exposition_");
				reader.run("insert into " + table + " select * from " + table);
				reader.run("delete from " + table);
			}
			reader.run("update exposition_position set seen = pg_current_snapshot()");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into agents (name) values ('any')", "update agents set name = 'any'",
			"delete from agent_executions", "truncate agent_metrics", "update aggregation_state set zone = 'UTC'",
			"create table other (id int)", "drop table agents", "alter table agents add column other int",
			"create index on agents (created_at)", "select * from batch_job_instance", "select * from reader_grants",
			"select grant_to_reader()", "select nextval('aggregation_fence')",
			"select create_execution_partition(date '2030-01-07')" })
	void memberChangesNothing(String statement) {
		join();
		this.sql.run("insert into agents (name) values ('one')");
		try (SqlSession reader = reader()) {
			assertThatIllegalStateException().isThrownBy(() -> reader.run(statement))
				.havingCause()
				.asInstanceOf(throwable(SQLException.class))
				.extracting(SQLException::getSQLState)
				.isEqualTo(INSUFFICIENT_PRIVILEGE);
		}
	}

	@Test
	void ownerThatMayNotCreateRolesIsToldWhatToRunAndTheNextMigrationGrants() {
		this.sql.run("drop schema public cascade");
		this.sql.run("create schema public authorization pg_database_owner");
		this.sql.run("grant usage on schema public to public");
		this.sql.run("alter database " + this.sql.value("select current_database()") + " owner to " + this.user);
		this.sql.run("alter role agent_metrics_reader rename to agent_metrics_other");
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger(SchemaMigration.class);
		logger.addAppender(log);
		log.start();
		try {
			SchemaMigration.migrate(as(this.user), TODAY);
			assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage)
				.anyMatch((line) -> line.contains("CREATE ROLE agent_metrics_reader NOLOGIN"));
		}
		finally {
			logger.detachAppender(log);
			this.sql.run("alter role agent_metrics_other rename to agent_metrics_reader");
		}
		assertThat(privileges("agent_executions")).isEmpty();
		SchemaMigration.migrate(as(this.user), TODAY);
		assertThat(privileges("agent_executions")).containsExactly("SELECT");
	}

	private List<String> privileges(String table) {
		return this.sql.column("select privilege_type from information_schema.role_table_grants "
				+ "where grantee = 'agent_metrics_reader' and table_name = '" + table + "'");
	}

	private void join() {
		this.sql.run("grant agent_metrics_reader to " + this.user);
	}

	private SqlSession reader() {
		return new SqlSession(as(this.user));
	}

	private PGSimpleDataSource as(String name) {
		PGSimpleDataSource source = new PGSimpleDataSource();
		source.setUrl(this.database.url());
		source.setUser(name);
		return source;
	}

}
