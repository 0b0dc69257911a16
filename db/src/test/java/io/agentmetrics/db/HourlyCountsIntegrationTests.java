package io.agentmetrics.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;

import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.command.core.RollbackCountCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The hours of {@code agent_metrics} as bytes.
 */
class HourlyCountsIntegrationTests {

	private static final String HOURS = """
			select metric_date || ': ' || string_agg(concat_ws(' ', hour, total, successful, failed), ', ')
			from agent_metrics cross join unpack_hourly_counts(hourly_counts)
			group by metric_date order by metric_date
			""";

	private static final String ARRAYS = """
			select concat_ws(' ', metric_date, hourly_total, hourly_successful, hourly_failed)
			from agent_metrics order by metric_date
			""";

	private final TestDatabase database = TestDatabase.empty();

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	@BeforeEach
	void migrate() {
		SchemaMigration.migrate(this.database.dataSource(), LocalDate.of(2026, 11, 22));
	}

	@AfterEach
	void dropDatabase() {
		this.sql.close();
		this.database.close();
	}

	@Test
	void storedArraysBecomeBytesAndArraysAgain() throws Exception {
		rollBackToArrays();
		this.sql.run("insert into agents values (gen_random_uuid(), 'a')");
		this.sql.run("insert into aggregation_state values (true, 'Europe/Berlin', 1)");
		insert("2026-03-28", hours(24, 3, 1), hours(24, 3, 1), hours(24, 3, null));
		insert("2026-03-29", hours(23, 22, 5), hours(23, 22, null), hours(23, 22, 2));
		insert("2026-06-01", "array_fill(null::bigint, array[24])", "array_fill(null::bigint, array[24])",
				"array_fill(null::bigint, array[24])");
		insert("2026-06-02", "array(select n + 127 from generate_series(1, 24) n)",
				"array(select n from generate_series(1, 24) n)", "array(select 127 from generate_series(1, 24))");
		insert("2026-10-25", hours(25, 24, Long.MAX_VALUE), hours(25, 24, Long.MAX_VALUE - 128), hours(25, 24, 128L));
		List<String> arrays = this.sql.column(ARRAYS);
		assertThat(arrays).hasSize(5);
		migrate();
		assertThat(this.sql.column(HOURS)).satisfiesExactly(
				(first) -> assertThat(first).isEqualTo("2026-03-28: 3 1 1 0"),
				(shortDay) -> assertThat(shortDay).isEqualTo("2026-03-29: 22 5 0 2"),
				(full) -> assertThat(full).startsWith("2026-06-02: 0 128 1 127, 1 129 2 127, ")
					.endsWith(", 23 151 24 127"),
				(longDay) -> assertThat(longDay).isEqualTo("2026-10-25: 24 %s %s 128", Long.MAX_VALUE,
						Long.MAX_VALUE - 128));
		assertThat(this.sql.column("select hourly_counts from agent_metrics order by metric_date limit 3"))
			.containsExactly("\\x03010100", "\\x16050002", "\\x");
		rollBackToArrays();
		assertThat(this.sql.column(ARRAYS)).isEqualTo(arrays);
	}

	@ParameterizedTest
	@CsvSource({ "03, end within an hour", "030101, end within an hour", "03010180, end within an hour",
			"0301010080, end within an hour", "03ffffffffffffffffff01, more than 63 bits",
			"ffffffff7f, integer out of range" })
	void damagedBytesAreRefused(String hex, String message) {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.sql.column("select unpack_hourly_counts('\\x" + hex + "')"))
			.withMessageContaining(message);
	}

	private void rollBackToArrays() throws Exception {
		int changesets = Integer.parseInt(this.sql.value("select count(*) from databasechangelog where orderexecuted "
				+ ">= (select orderexecuted from databasechangelog where id = 'hourly-counts')"));
		try (Connection connection = this.database.dataSource().getConnection()) {
			Scope.child(Changelog.settings(), () -> new CommandScope(RollbackCountCommandStep.COMMAND_NAME)
				.addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, Changelog.database(connection))
				.addArgumentValue("changelogFile", Changelog.FILE)
				.addArgumentValue(RollbackCountCommandStep.COUNT_ARG, changesets)
				.execute());
		}
	}

	/** A day with executions in one hour, as they were stored. */
	private static String hours(int hours, int hour, @Nullable Number count) {
		return "array_fill(null::bigint, array[%d]) || %s::bigint || array_fill(null::bigint, array[%d])"
			.formatted(hour, count, hours - hour - 1);
	}

	private void insert(String day, String total, String successful, String failed) throws SQLException {
		this.sql.run("""
				insert into agent_metrics (agent_id, metric_date, total_executions, successful_executions,
					failed_executions, cancelled_executions, in_progress_executions, total_errors, success_rate,
					error_rate, timed_executions, sum_execution_time_ms, hourly_total, hourly_successful,
					hourly_failed, latency_sketch)
				select id, '%s', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, %s, %s, %s, '' from agents
				""".formatted(day, total, successful, failed));
	}

}
