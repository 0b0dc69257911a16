package io.agentmetrics.db;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;

import io.agentmetrics.model.metrics.HourlyCounts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The hours of {@code agent_metrics} as bytes, written by Java and read by SQL.
 */
class HourlyCountsIntegrationTests {

	private static final String HOURS = """
			select metric_date || ': ' || string_agg(concat_ws(' ', hour, total, successful, failed), ', ')
			from agent_metrics cross join unpack_hourly_counts(hourly_counts)
			group by metric_date order by metric_date
			""";

	private static final String INSERT = """
			insert into agent_metrics (agent_id, metric_date, total_executions, successful_executions, failed_executions,
				cancelled_executions, in_progress_executions, total_errors, success_rate, error_rate, timed_executions,
				sum_execution_time_ms, hourly_counts, latency_sketch)
			select id, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?, '' from agents
			""";

	private final TestDatabase database = TestDatabase.create();

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	@AfterEach
	void dropDatabase() {
		this.sql.close();
		this.database.close();
	}

	@Test
	void sqlReadsWhatJavaWrites() throws SQLException {
		this.sql.run("insert into agents values (gen_random_uuid(), 'a')");
		insert("2026-03-28", HourlyCounts.builder(24).add(3, 1, 1, 0));
		insert("2026-03-29", HourlyCounts.builder(23).add(22, 5, 0, 2));
		insert("2026-06-01", HourlyCounts.builder(24));
		HourlyCounts.Builder full = HourlyCounts.builder(24);
		for (int hour = 0; hour < 24; hour++) {
			full.add(hour, hour + 128, hour + 1, 127);
		}
		insert("2026-06-02", full);
		insert("2026-10-25", HourlyCounts.builder(25).add(24, Long.MAX_VALUE, Long.MAX_VALUE - 128, 128));
		assertThat(this.sql.column(HOURS)).satisfiesExactly(
				(first) -> assertThat(first).isEqualTo("2026-03-28: 3 1 1 0"),
				(shortDay) -> assertThat(shortDay).isEqualTo("2026-03-29: 22 5 0 2"),
				(fullDay) -> assertThat(fullDay).startsWith("2026-06-02: 0 128 1 127, 1 129 2 127, ")
					.endsWith(", 23 151 24 127"),
				(longDay) -> assertThat(longDay).isEqualTo("2026-10-25: 24 %s %s 128", Long.MAX_VALUE,
						Long.MAX_VALUE - 128));
		assertThat(this.sql.column("select hourly_counts from agent_metrics order by metric_date limit 3"))
			.containsExactly("\\x03010100", "\\x16050002", "\\x");
	}

	@ParameterizedTest
	@CsvSource({ "03, end within an hour", "030101, end within an hour", "03010180, end within an hour",
			"0301010080, end within an hour", "03ffffffffffffffffff01, more than 63 bits",
			"ffffffff7f, integer out of range" })
	void damagedBytesAreRefused(String hex, String message) {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.sql.column("select unpack_hourly_counts('\\x" + hex + "')"))
			.withMessageContaining(message);
	}

	private void insert(String day, HourlyCounts.Builder hours) throws SQLException {
		try (PreparedStatement statement = this.sql.connection().prepareStatement(INSERT)) {
			statement.setObject(1, LocalDate.parse(day));
			statement.setBytes(2, hours.build().toBytes());
			statement.executeUpdate();
		}
	}

}
