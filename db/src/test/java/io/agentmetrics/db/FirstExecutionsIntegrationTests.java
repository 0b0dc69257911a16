package io.agentmetrics.db;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is noted of where the executions begin, when those that began them are deleted.
 */
class FirstExecutionsIntegrationTests {

	private static final Instant GARBAGE = Instant.parse("2000-01-01T00:00:00Z");

	private static final Instant REAL = Instant.parse("2026-11-02T10:07:00Z");

	private static final String RENEW = "select renew_first_execution()";

	private final TestDatabase database = TestDatabase.create();

	private final TestExecutions executions = new TestExecutions(this.database.dataSource());

	private final UUID agent = this.executions.agent("a");

	private final SqlSession sql = new SqlSession(this.database.dataSource());

	@AfterEach
	void dropDatabase() {
		this.sql.close();
		this.database.close();
	}

	@Test
	void deletedGarbageNoLongerBeginsTheExecutions() {
		UUID garbage = this.executions.insert(TestExecution.completed(this.agent, GARBAGE, 1));
		this.executions.insert(TestExecution.completed(this.agent, REAL, 1));
		this.sql.column(RENEW);
		assertThat(first()).isEqualTo("2000-01-01 00:00:00+00");
		this.executions.delete(garbage);
		this.sql.column(RENEW);
		assertThat(first()).isEqualTo("2026-11-02 10:00:00+00");
	}

	@Test
	void nothingBeginsWhereEverythingIsDeleted() {
		this.executions.delete(this.executions.insert(TestExecution.completed(this.agent, GARBAGE, 1)));
		this.sql.column(RENEW);
		assertThat(first()).isEqualTo("nothing");
		this.executions.insert(TestExecution.completed(this.agent, REAL, 1));
		assertThat(first()).isEqualTo("2026-11-02 10:00:00+00");
	}

	@Test
	void writerIsWaitedForWhereSomethingIsToBeTakenAwayAndNowhereElse() {
		UUID garbage = this.executions.insert(TestExecution.completed(this.agent, GARBAGE, 1));
		try (SqlSession writer = new SqlSession(this.database.dataSource())) {
			writer.run("begin");
			// it relies on what is noted for the garbage
			writer.run("insert into agent_executions (agent_id, user_id, status, execution_start) "
					+ "values ('%1$s', '%1$s', 'RUNNING', '%2$s')".formatted(this.agent, REAL));
			this.sql.run("set lock_timeout = '1ms'");
			this.sql.column(RENEW);
			this.sql.run("reset lock_timeout");
			this.executions.delete(garbage);
			this.sql.column(RENEW);
			assertThat(first()).isEqualTo("2000-01-01 00:00:00+00");
			writer.run("commit");
		}
		this.sql.column(RENEW);
		assertThat(first()).isEqualTo("2026-11-02 10:00:00+00");
	}

	@Test
	void whatIsNotedIsNeverLaterThanAnExecution() throws Exception {
		long seed = System.nanoTime();
		System.out.println("FirstExecutionsIntegrationTests seed " + seed);
		Instant end = Instant.now().plus(Duration.ofSeconds(3));
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<Void>> writers = new ArrayList<>();
			for (int writer = 0; writer < 3; writer++) {
				Random random = new Random(seed + writer);
				writers.add(threads.submit(() -> write(random, end)));
			}
			while (Instant.now().isBefore(end)) {
				this.sql.column(RENEW);
				assertThat(this.sql.column("select execution_start from agent_executions where not exists ("
						+ "select from first_executions where quarter_hour <= execution_start)"))
					.isEmpty();
			}
			for (Future<Void> writer : writers) {
				writer.get();
			}
		}
	}

	/** Begins with an execution of any of four hours, and deletes all of another. */
	private Void write(Random random, Instant end) {
		try (SqlSession session = new SqlSession(this.database.dataSource())) {
			while (Instant.now().isBefore(end)) {
				session.run("begin");
				session.run("insert into agent_executions (agent_id, user_id, status, execution_start) "
						+ "values ('%1$s', '%1$s', 'RUNNING', '%2$s')".formatted(this.agent, hour(random)));
				session.run("commit and chain");
				session.run("delete from agent_executions where execution_start = '%s'".formatted(hour(random)));
				session.run("commit");
			}
		}
		return null;
	}

	private static Instant hour(Random random) {
		return REAL.plus(Duration.ofHours(random.nextInt(4)));
	}

	private String first() {
		return this.sql.value("select coalesce(min(quarter_hour)::text, 'nothing') from first_executions");
	}

}
