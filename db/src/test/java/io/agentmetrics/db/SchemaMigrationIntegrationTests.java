package io.agentmetrics.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.agentmetrics.model.execution.ExecutionStatus;
import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.command.core.RollbackCountCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * {@link SchemaMigration} on databases in every state that it may find.
 */
class SchemaMigrationIntegrationTests {

	private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

	/** Everything that a changeset can make, one line each. */
	private static final String CATALOG = """
			select format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
			from information_schema.columns where table_schema = 'public'
			union all
			select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
			from pg_constraint where connamespace = 'public'::regnamespace
			union all
			select 'index ' || indexdef from pg_indexes where schemaname = 'public'
			union all
			select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
			union all
			select 'routine ' || pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
			union all
			select format('view %s %s', viewname, definition) from pg_views where schemaname = 'public'
			union all
			select 'sequence ' || sequencename from pg_sequences where schemaname = 'public'
			union all
			select format('options %s %s %s', oid::regclass, reloptions, pg_get_expr(relpartbound, oid))
			from pg_class where relnamespace = 'public'::regnamespace
			order by 1
			""";

	/** The rows of a table as text, whatever columns have come since. */
	private static final String ROWS = """
			select format('select (%s)::text from %I order by 1', string_agg(format('%I', column_name), ', '
				order by ordinal_position), table_name)
			from information_schema.columns join information_schema.tables using (table_schema, table_name)
			where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'databasechangelog%'
			group by table_name order by table_name
			""";

	private final TestDatabase database = TestDatabase.empty();

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	@AfterEach
	void dropDatabase() {
		this.sql.close();
		this.database.close();
	}

	@Test
	void emptyDatabaseGetsTheCurrentSchema() {
		migrate();
		assertThatNoException().isThrownBy(() -> SchemaVersion.requireCurrent(this.database.dataSource()));
	}

	@Test
	void secondMigrationChangesNothing() {
		migrate();
		List<String> before = this.sql.column(CATALOG);
		List<String> ran = this.sql.column("select c::text from databasechangelog c order by orderexecuted");
		migrate();
		assertThat(this.sql.column(CATALOG)).isEqualTo(before);
		assertThat(this.sql.column("select c::text from databasechangelog c order by orderexecuted")).isEqualTo(ran);
	}

	@Test
	void anyNumberOfChangesetsRollsBackAndForwardToTheSameSchema() throws Exception {
		migrate();
		List<String> schema = this.sql.column(CATALOG);
		int changesets = Integer.parseInt(this.sql.value("select count(*) from databasechangelog"));
		for (int count = 1; count <= changesets; count++) {
			rollBack(count);
			assertThat(this.sql.value("select count(*) from databasechangelog"))
				.isEqualTo(String.valueOf(changesets - count));
			if (count == changesets) {
				assertThat(this.sql.column(CATALOG)).isNotEmpty()
					.allMatch((line) -> line.contains("databasechangelog"));
			}
			migrate();
			assertThat(this.sql.column(CATALOG)).as("after rolling back " + count).isEqualTo(schema);
		}
	}

	@Test
	void rollingBackTheTrackingKeepsTheExecutions() throws Exception {
		migrate();
		TestExecutions executions = new TestExecutions(this.database.dataSource());
		executions.insert(TestExecution.running(executions.agent("a"), noon(TODAY)));
		int after = Integer.parseInt(
				this.sql.value("select count(*) from databasechangelog where orderexecuted > (select orderexecuted "
						+ "from databasechangelog where id = 'agent-executions')"));
		rollBack(after);
		migrate();
		assertThat(executions.count()).isOne();
		this.sql.run("delete from " + this.sql.value("select tableoid::regclass from agent_executions"));
		assertThat(this.sql.value("select count(*) from agent_execution_deletions")).isEqualTo("1");
	}

	@Test
	void executionsStoredBeforeThereWereBoundsStayAsTheyAre() throws Exception {
		migrate();
		rollBack(Integer.parseInt(this.sql.value("select count(*) from databasechangelog where orderexecuted >= "
				+ "(select orderexecuted from databasechangelog where id = 'execution-bounds')")));
		TestExecutions executions = new TestExecutions(this.database.dataSource());
		UUID agent = executions.agent("a");
		executions.insert(agent, ExecutionStatus.COMPLETED, Instant.parse("+58873-08-11T00:00:00Z"), null, null);
		executions.insert(agent, ExecutionStatus.FAILED, noon(TODAY), Long.MAX_VALUE / 1_000_000, "broken");
		this.sql.run("update agent_executions set execution_time_ms = 9223372036854775807 where status = 'FAILED'");
		String rows = this.sql
			.value("select format('select (%s)::text from agent_executions order by execution_start', "
					+ "string_agg(attname, ', ' order by attnum)) from pg_attribute "
					+ "where attrelid = 'agent_executions'::regclass and attnum > 0 and not attisdropped");
		List<String> before = this.sql.column(rows);
		migrate();
		assertThat(this.sql.column(rows)).isEqualTo(before).hasSize(2);
	}

	@Test
	void executionsStoredBeforeTheyHadReleasesAndCostsStayAsTheyAreAndGetNone() throws Exception {
		migrate();
		rollBack(Integer.parseInt(this.sql.value("select count(*) from databasechangelog where orderexecuted >= "
				+ "(select orderexecuted from databasechangelog where id = 'releases-and-costs')")));
		TestExecutions executions = new TestExecutions(this.database.dataSource());
		UUID agent = executions.agent("a");
		executions.insert(agent, ExecutionStatus.COMPLETED, noon(TODAY), 5L, null);
		Instant beforeAllWeeks = noon(LocalDate.of(2001, 1, 1));
		executions.insert(agent, ExecutionStatus.FAILED, beforeAllWeeks, null, "broken");
		String rows = "select (id, changed_in, finished_in, ctid, tableoid)::text from agent_executions order by id";
		List<String> before = this.sql.column(rows);
		migrate();
		assertThat(this.sql.column(rows)).isEqualTo(before).hasSize(2);
		this.sql.run("call ensure_execution_partitions('2001-01-01', '2001-01-01')");
		assertThat(this.sql.rows("select agent_version, environment, input_tokens, output_tokens, cached_input_tokens, "
				+ "cost_usd, external_id from agent_executions_2001w01"))
			.containsExactly(Collections.nCopies(7, "null"));
		assertThatIllegalStateException().isThrownBy(() -> this.sql.run("update agent_executions set cost_usd = 'NaN'"))
			.withMessageContaining("agent_executions_cost_bounded");
	}

	@ParameterizedTest
	@CsvSource({ "metrics, metrics", "Metrics, metrics", "'\"My Metrics\"', My Metrics", "'metrics,public', metrics" })
	void schemaThatTheConnectionNamesIsMade(String named, String schema) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(this.database.url());
		dataSource.setUser(this.database.username());
		dataSource.setCurrentSchema(named);
		this.sql.run("create table agents (id int); create table agent_executions (id int)");
		SchemaMigration.migrate(dataSource, TODAY);
		SchemaMigration.migrate(dataSource, TODAY);
		assertThat(this.sql.column("select distinct table_schema from information_schema.tables "
				+ "where table_name in ('agent_executions', 'agent_metrics', 'databasechangelog', 'agent_executions_default')"))
			.containsExactlyInAnyOrder("public", schema);
		assertThat(this.sql.number("select count(*) from information_schema.columns where table_schema = 'public'"))
			.isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "agents", "agent_executions" })
	void tablesOfSomebodyElseAreRefused(String table) {
		this.sql.run("create table %s (id int)", table);
		assertThatExceptionOfType(UnsuitableDatabaseException.class).isThrownBy(this::migrate)
			.withMessageStartingWith("The schema public has a table " + table + " already, which is not Agent Metrics'")
			.withMessageContaining("currentSchema=agent_metrics");
		assertThat(this.sql.column("select tablename from pg_tables where schemaname = 'public'"))
			.containsExactly(table);
	}

	@ParameterizedTest
	@ValueSource(strings = "1.0.0")
	void databaseOfEachReleaseGetsTheCurrentSchemaAndKeepsItsRows(String version) throws SQLException {
		restore(version);
		List<String> queries = this.sql.column(ROWS);
		List<String> rows = rows(queries);
		assertThat(rows).hasSizeGreaterThan(30);
		migrate();
		// a later release may add rows: it grants the reader what is new
		assertThat(rows(queries)).containsSubsequence(rows);
		try (TestDatabase anew = TestDatabase.create(); SqlSession its = new SqlSession(anew.dataSource())) {
			assertThat(withoutWeeks(this.sql.column(CATALOG)))
				.containsExactlyInAnyOrderElementsOf(withoutWeeks(its.column(CATALOG)));
		}
	}

	@Test
	void storedDaysOfTheFirstReleaseAreTheirOwnCellsAndAreNotWrittenAnew() throws SQLException {
		restore("1.0.0");
		String rows = "select (id, ctid, xmin, revision)::text from agent_metrics order by id";
		List<String> before = this.sql.column(rows);
		migrate();
		assertThat(this.sql.column(rows)).isEqualTo(before).isNotEmpty();
		assertThat(this.sql.rows("select distinct cells, agent_version, environment, token_executions, input_tokens, "
				+ "output_tokens, cached_input_tokens, token_sketch, cost_executions, cost_usd from agent_metrics"))
			.containsExactly(List.of("1", "null", "null", "0", "0", "0", "0", "null", "0", "0"));
	}

	@Test
	void changesetThatIsEditedAfterItsReleaseIsRefused() throws SQLException {
		restore("1.0.0");
		this.sql.run("update databasechangelog set md5sum = '9:0' where id = 'agent-metrics'");
		assertThatExceptionOfType(SchemaMigrationException.class).isThrownBy(this::migrate)
			.withMessageContaining("agent-metrics")
			.withMessageContaining("was: 9:0 but is now: ");
	}

	@Test
	void foreignTablesStayAsTheyAre() {
		this.sql.run("create table orders (id int primary key, note text)");
		this.sql.run("create view open_orders as select * from orders where note is null");
		this.sql.run("insert into orders values (1, 'one'), (2, null)");
		List<String> before = this.sql.column(CATALOG);
		migrate();
		assertThat(this.sql.column(CATALOG)).containsAll(before);
		assertThat(this.sql.column("select o::text from orders o order by id")).containsExactly("(1,one)", "(2,)");
	}

	@Test
	void lockThatAKilledMigrationLeftBehindHeals() {
		migrate();
		this.sql.run("delete from databasechangelog where id = 'spring-batch'");
		this.sql.run(
				"update databasechangeloglock set locked = true, lockgranted = now(), lockedby = 'a pod that is gone'");
		this.sql.run(
				"drop table batch_job_instance, batch_job_execution, batch_job_execution_params, batch_step_execution, "
						+ "batch_step_execution_context, batch_job_execution_context");
		this.sql.run("drop sequence batch_step_execution_seq, batch_job_execution_seq, batch_job_instance_seq");
		assertTimeoutPreemptively(Duration.ofSeconds(20), SchemaMigrationIntegrationTests.this::migrate);
		assertThatNoException().isThrownBy(() -> SchemaVersion.requireCurrent(this.database.dataSource()));
		assertThat(this.sql.value("select locked from databasechangeloglock")).isEqualTo("f");
	}

	@Test
	void ofTwoMigrationsAtOnceOneWaitsAndBothSucceed() throws Exception {
		try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
			List<Future<?>> runs = new ArrayList<>();
			for (int run = 0; run < 2; run++) {
				runs.add(threads.submit(this::migrate));
			}
			for (Future<?> run : runs) {
				run.get();
			}
		}
		assertThat(this.sql.value("select count(*) = count(distinct id) from databasechangelog")).isEqualTo("t");
		assertThatNoException().isThrownBy(() -> SchemaVersion.requireCurrent(this.database.dataSource()));
	}

	@Test
	void connectionOfAPoolComesBackOpenUnlockedAndInAutoCommit() throws SQLException {
		SchemaMigration.migrate(new PGSimpleDataSource() {
			@Override
			public Connection getConnection() {
				return pooled(SchemaMigrationIntegrationTests.this.sql.connection());
			}
		}, TODAY);
		assertThat(this.sql.connection().getAutoCommit()).isTrue();
		assertThat(this.sql.value("select count(*) from pg_locks where locktype = 'advisory'")).isEqualTo("0");
	}

	@Test
	void partitionsHoldEveryDayFrom400DaysBackTo35Ahead() {
		migrate();
		TestExecutions executions = new TestExecutions(this.database.dataSource());
		UUID agent = executions.agent("a");
		List<TestExecution> firstAndLastMoments = TODAY.minusDays(400).datesUntil(TODAY.plusDays(36)).flatMap((day) -> {
			Instant start = day.atStartOfDay(ZoneOffset.UTC).toInstant();
			return List.of(start, start.plus(Duration.ofDays(1)).minusNanos(1_000)).stream();
		}).map((start) -> TestExecution.running(agent, start)).toList();
		executions.insertAll(firstAndLastMoments);
		assertThat(this.sql.value("select count(*) from agent_executions_default")).isEqualTo("0");
		assertThat(executions.count()).isEqualTo(2 * 436);
	}

	@Test
	void laterMigrationAddsThePartitionsThatHaveComeInReach() {
		migrate();
		SchemaMigration.migrate(this.database.dataSource(), TODAY.plusDays(7));
		assertThat(this.sql.value("select to_regclass('agent_executions_2026w53')"))
			.isEqualTo("agent_executions_2026w53");
	}

	@Test
	void unreachableDatabaseIsSaidSo() {
		PGSimpleDataSource nobody = new PGSimpleDataSource();
		nobody.setPortNumbers(new int[] { 1 });
		assertThatExceptionOfType(DatabaseUnreachableException.class)
			.isThrownBy(() -> SchemaMigration.migrate(nobody, TODAY))
			.withMessageStartingWith("The database cannot be reached: ");
	}

	@Test
	void schemaThatIsInTheWayIsReportedWithItsCause() {
		this.sql.run("create table agent_metrics (something int)");
		assertThatExceptionOfType(SchemaMigrationException.class).isThrownBy(this::migrate)
			.withMessageContaining("\"agent_metrics\" already exists");
		assertThat(this.sql.value("select count(*) from pg_locks where locktype = 'advisory'")).isEqualTo("0");
	}

	private void migrate() {
		SchemaMigration.migrate(this.database.dataSource(), TODAY);
	}

	private void rollBack(int changesets) throws Exception {
		try (Connection connection = this.database.dataSource().getConnection()) {
			Scope.child(Changelog.settings(), () -> new CommandScope(RollbackCountCommandStep.COMMAND_NAME)
				.addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, Changelog.database(connection))
				.addArgumentValue("changelogFile", Changelog.FILE)
				.addArgumentValue(RollbackCountCommandStep.COUNT_ARG, changesets)
				.execute());
		}
	}

	/** Restores a database with rows in every table, as a release's programs left it. */
	private void restore(String version) throws SQLException {
		try (InputStream dump = getClass().getResourceAsStream("/releases/" + version + ".sql");
				SqlSession session = new SqlSession(this.database.dataSource())) {
			session.run(new String(Objects.requireNonNull(dump, version).readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private List<String> rows(List<String> queries) throws SQLException {
		List<String> rows = new ArrayList<>();
		for (String query : queries) {
			rows.addAll(this.sql.column(query));
		}
		return rows;
	}

	/** Partitions differ with the day; PostgreSQL names not null by itself. */
	private static List<String> withoutWeeks(List<String> catalog) {
		return catalog.stream()
			.filter((line) -> !line.contains("agent_executions_20"))
			.filter((line) -> !line.startsWith("constraint ") || !line.contains(" NOT NULL "))
			.toList();
	}

	private static Instant noon(LocalDate day) {
		return day.atTime(12, 0).toInstant(ZoneOffset.UTC);
	}

	private static Connection pooled(Connection connection) {
		return (Connection) Proxy.newProxyInstance(SchemaMigrationIntegrationTests.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> method.getName().equals("close")
						? null : method.invoke(connection, arguments));
	}

}
