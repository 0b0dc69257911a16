package io.agentmetrics.demo.sample;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Sample} in a database: the first time, again at once, and a day later.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class SampleIntegrationTests {

	private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MILLIS).minus(Duration.ofDays(1));

	private final TestDatabase database = TestDatabase.create();

	private final Sample sample = new Sample(this.database.dataSource());

	private final SampleChange first;

	SampleIntegrationTests() throws SQLException {
		TestExecutions own = new TestExecutions(this.database.dataSource());
		own.insert(TestExecution.running(own.agent("somebody's own agent"), NOW.plusSeconds(7)));
		this.first = this.sample.bringUpTo(NOW);
	}

	@AfterAll
	void dropDatabase() {
		this.database.close();
	}

	@Test
	@Order(1)
	void firstTimeLoadsNinetyDays() throws SQLException {
		assertThat(this.first.first()).isTrue();
		assertThat(this.first.from()).isEqualTo(NOW.minus(Duration.ofDays(90)).truncatedTo(ChronoUnit.DAYS));
		assertThat(this.first.added()).isBetween(250_000L, 350_000L).isEqualTo(number("count(*)") - 1);
		assertThat(number("count(*) filter (where tableoid = 'agent_executions_default'::regclass)")).isZero();
		assertThat(number("count(*) filter (where execution_end - execution_start "
				+ "<> execution_time_ms * interval '1 millisecond')"))
			.isZero();
	}

	@Test
	@Order(2)
	void secondTimeAtTheSameMomentChangesNothing() throws SQLException {
		SampleChange again = this.sample.bringUpTo(NOW);
		assertThat(again).returns(0L, SampleChange::added).returns(0, SampleChange::ended);
		assertThat(number("count(*)")).isEqualTo(this.first.added() + 1);
	}

	@Test
	@Order(3)
	void laterItAddsWhatHasStartedAndEndsWhatHasEnded() throws SQLException {
		long open = number("count(*) filter (where status in ('RUNNING', 'PENDING'))");
		SampleChange later = this.sample.bringUpTo(NOW.plus(Duration.ofHours(20)));
		assertThat(later.first()).isFalse();
		assertThat(later.added()).isPositive();
		assertThat((long) later.ended()).isBetween(1L, open);
		try (TestDatabase other = TestDatabase.create()) {
			new Sample(other.dataSource()).bringUpTo(NOW.plus(Duration.ofHours(20)));
			String rows = "md5(string_agg(format('%s %s %s %s %s', id, status, execution_start, execution_end, "
					+ "error_message), ',' order by id))";
			String since = " where execution_start >= '" + NOW.minus(Duration.ofDays(80)) + "' and user_id <> "
					+ "'00000000-0000-0000-0000-000000000007'";
			assertThat(text(this.database, rows + " from agent_executions" + since))
				.isEqualTo(text(other, rows + " from agent_executions" + since));
		}
	}

	private long number(String aggregate) throws SQLException {
		return Long.parseLong(text(this.database, aggregate + " from agent_executions"));
	}

	private static String text(TestDatabase database, String query) throws SQLException {
		try (Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select " + query)) {
			result.next();
			return String.valueOf(result.getString(1));
		}
	}

}
