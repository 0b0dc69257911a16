package io.agentmetrics.api.exposition;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import io.agentmetrics.api.exposition.FinishedExecutions.Next;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which of the states that an execution goes through is counted, whatever the order in
 * which writers and the publisher commit.
 */
class FinishedExecutionsIntegrationTests {

	private static final int STEPS = Integer.getInteger("exposition.steps", 400);

	private static final String START = "2026-03-01 12:00:00+00";

	private final TestDatabase database = TestDatabase.create();

	private final JdbcClient sql = JdbcClient.create(this.database.dataSource());

	private final List<Slot> slots = new ArrayList<>();

	private final List<Writer> writers = new ArrayList<>();

	private Counter counter = new Counter();

	@BeforeEach
	void begin() throws SQLException {
		for (int slot = 0; slot < 12; slot++) {
			this.slots.add(new Slot(this.sql.sql("insert into agents (name) values ('a') returning id")
				.query((row, number) -> row.getObject("id", UUID.class))
				.single()));
		}
		for (int writer = 0; writer < 4; writer++) {
			this.writers.add(new Writer());
		}
		this.counter.count(true);
	}

	@AfterEach
	void close() throws SQLException {
		this.counter.close();
		for (Writer writer : this.writers) {
			writer.connection.close();
		}
		this.database.close();
	}

	@Test
	void executionThatIsTriedAgainBeforeItsFailureIsCountedCountsWhenItEndsAgain() throws SQLException {
		Writer writer = this.writers.getFirst();
		Slot slot = this.slots.getFirst();
		writer.commit(slot, "FAILED");
		writer.commit(slot, "RUNNING");
		this.counter.count(true);
		assertThat(slot.current().counted).isNull();
		writer.commit(slot, "COMPLETED");
		this.counter.count(true);
		assertThat(slot.current().counted).isEqualTo(ExecutionStatus.COMPLETED);
		writer.commit(slot, "RUNNING");
		writer.commit(slot, "TIMEOUT");
		this.counter.count(true);
		assertThat(reopened()).isZero();
	}

	@Test
	void executionThatIsInsertedAnewWhileItsPredecessorIsInProgressAgainCountsOnce() throws SQLException {
		Writer writer = this.writers.getFirst();
		Slot slot = this.slots.getFirst();
		writer.commit(slot, "FAILED");
		writer.commit(slot, "PENDING");
		this.counter.count(true);
		assertThat(reopened()).isOne();
		writer.commit(slot, null);
		writer.commit(slot, "COMPLETED");
		this.counter.count(true);
		this.counter.count(true);
		assertThat(slot.current().counted).isEqualTo(ExecutionStatus.COMPLETED);
		assertThat(reopened()).isZero();
	}

	@Test
	void thousandsThatAreInProgressAgainAreAllCounted() throws SQLException {
		UUID agent = this.slots.getFirst().agent;
		this.sql.sql("""
				insert into agent_executions (agent_id, user_id, status, execution_start)
				select :agent, gen_random_uuid(), 'FAILED', now() - n * interval '1 ms' from generate_series(1, 2500) n
				""").param("agent", agent).update();
		this.sql.sql("update agent_executions set status = 'RUNNING'").update();
		this.counter.drain();
		assertThat(reopened()).isEqualTo(2_500);
		this.sql.sql("update agent_executions set status = 'COMPLETED'").update();
		for (int round = 0; round < 4; round++) {
			this.counter.drain();
		}
		assertThat(this.counter.executions).isEqualTo(2_500);
		assertThat(reopened()).isZero();
	}

	/** As a dump from a cluster with higher numbers leaves them. */
	@Test
	void numbersThatAreAheadOfAllTransactionsAreLeftAlone() throws SQLException {
		try (Connection restored = this.database.dataSource().getConnection();
				Statement statement = restored.createStatement()) {
			statement.execute("set session_replication_role = replica");
			statement.execute("""
					insert into agent_executions (agent_id, user_id, status, execution_start, finished_in)
					select '%s', gen_random_uuid(), 'COMPLETED', now(), '900000000000' from generate_series(1, 10)
					""".formatted(this.slots.getLast().agent));
		}
		for (int round = 0; round < 3; round++) {
			assertThat(this.counter.count(true)).isTrue();
			this.writers.getFirst().commit(this.slots.get(round), "COMPLETED");
		}
		this.counter.count(true);
		assertThat(this.counter.executions).isEqualTo(3);
		assertThat(new FinishedExecutions(this.database.dataSource(), false).progress().caughtUp()).isTrue();
	}

	/**
	 * Every status that comes up is one that the execution has at that moment, and no
	 * execution comes up twice: {@link Counter} checks that. In the end none is left that
	 * has ended and was not counted.
	 */
	@RepeatedTest(2)
	void everyExecutionIsCountedOnceAtAStatusThatItHas() throws SQLException {
		long seed = System.nanoTime();
		System.out.println("FinishedExecutionsIntegrationTests seed " + seed);
		Random random = new Random(seed);
		for (int step = 0; step < STEPS; step++) {
			switch (random.nextInt(12)) {
				case 0, 1 -> this.counter.count(random.nextInt(5) > 0);
				case 2 -> {
					this.counter.close();
					this.counter = new Counter();
				}
				case 3, 4, 5 -> {
					Writer writer = this.writers.get(random.nextInt(this.writers.size()));
					writer.end(random.nextInt(4) > 0);
				}
				default -> {
					Writer writer = this.writers.get(random.nextInt(this.writers.size()));
					Slot slot = this.slots.get(random.nextInt(this.slots.size()));
					boolean deleted = slot.status != null && random.nextInt(10) == 0;
					writer.write(slot, deleted ? null
							: ExecutionStatus.values()[random.nextInt(ExecutionStatus.values().length)].name());
				}
			}
		}
		for (Writer writer : this.writers) {
			writer.end(true);
		}
		for (int round = 0; round < 3; round++) {
			this.counter.drain();
		}
		for (Slot slot : this.slots) {
			if (slot.status != null && !ExecutionStatus.valueOf(slot.status).isInProgress()) {
				assertThat(slot.current().counted).as(slot.agent + " is " + slot.status).isNotNull();
			}
		}
	}

	private long reopened() {
		return this.sql.sql("select count(*) from exposition_reopened").query(Long.class).single();
	}

	/**
	 * One execution after the other with the same id, agent and start.
	 */
	private static final class Slot {

		private final UUID id = UUID.randomUUID();

		private final UUID agent;

		/** As a transaction that is open has it, or the last one that was committed. */
		private @Nullable String status;

		private @Nullable String committed;

		private @Nullable Writer writing;

		/** Grows by one with each insert of a transaction that is open. */
		private int inserted;

		private final List<Instance> instances = new ArrayList<>();

		Slot(UUID agent) {
			this.agent = agent;
		}

		Instance current() {
			return this.instances.getLast();
		}

		void end(boolean commit) {
			if (commit) {
				for (; this.inserted > 0; this.inserted--) {
					this.instances.add(new Instance());
				}
				this.committed = this.status;
			}
			this.inserted = 0;
			this.status = this.committed;
			this.writing = null;
		}

	}

	/**
	 * An execution from its insert on.
	 */
	private static final class Instance {

		private @Nullable ExecutionStatus counted;

	}

	/**
	 * Writes many executions in a transaction, none that another has written in one that
	 * is open.
	 */
	private final class Writer {

		private final Connection connection = FinishedExecutionsIntegrationTests.this.database.dataSource()
			.getConnection();

		Writer() throws SQLException {
			this.connection.setAutoCommit(false);
		}

		void commit(Slot slot, @Nullable String status) throws SQLException {
			write(slot, status);
			end(true);
		}

		void write(Slot slot, @Nullable String status) throws SQLException {
			if (slot.writing != null && slot.writing != this) {
				return;
			}
			slot.writing = this;
			try (Statement statement = this.connection.createStatement()) {
				if (status == null) {
					statement.execute("delete from agent_executions where id = '%s' and execution_start = '%s'"
						.formatted(slot.id, START));
				}
				else if (slot.status == null) {
					statement.execute("""
							insert into agent_executions (id, agent_id, user_id, status, execution_start)
							values ('%s', '%s', gen_random_uuid(), '%s', '%s')
							""".formatted(slot.id, slot.agent, status, START));
					slot.inserted++;
				}
				else {
					statement
						.execute("update agent_executions set status = '%s' where id = '%s' and execution_start = '%s'"
							.formatted(status, slot.id, START));
				}
			}
			slot.status = status;
		}

		void end(boolean commit) throws SQLException {
			if (commit) {
				this.connection.commit();
			}
			else {
				this.connection.rollback();
			}
			for (Slot slot : FinishedExecutionsIntegrationTests.this.slots) {
				if (slot.writing == this) {
					slot.end(commit);
				}
			}
		}

	}

	/**
	 * Counts as the session of a publisher does, in batches of three.
	 */
	private final class Counter {

		private @Nullable Connection connection;

		private @Nullable FinishedExecutions finished;

		private String seen = "";

		private long executions;

		void drain() throws SQLException {
			while (!count(true)) {
				// the next batch
			}
		}

		boolean count(boolean commit) throws SQLException {
			Connection session = this.connection;
			FinishedExecutions source = this.finished;
			if (session == null || source == null) {
				session = FinishedExecutionsIntegrationTests.this.database.dataSource().getConnection();
				session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
				session.setAutoCommit(false);
				source = new FinishedExecutions(new SingleConnectionDataSource(session, true), true, 3);
				this.seen = source.position();
				session.commit();
				this.connection = session;
				this.finished = source;
			}
			Map<UUID, FinishedRuns> batch = new HashMap<>();
			List<FinishedRuns> all = new ArrayList<>();
			Next next = source.next(this.seen);
			source.read(this.seen, next, all::add);
			source.readReopened(all::add);
			source.store(next);
			if (!commit) {
				session.rollback();
				close();
				return false;
			}
			session.commit();
			this.seen = next.seen();
			for (FinishedRuns runs : all) {
				this.executions += runs.executions();
				if (runs.executions() == 1) {
					assertThat(batch.put(runs.agentId(), runs)).as("counted in one batch before").isNull();
					counted(runs);
				}
			}
			return next.progress().caughtUp();
		}

		private void counted(FinishedRuns runs) {
			Slot slot = FinishedExecutionsIntegrationTests.this.slots.stream()
				.filter((one) -> one.agent.equals(runs.agentId()))
				.findFirst()
				.orElseThrow();
			assertThat(slot.committed).isEqualTo(runs.status().name());
			assertThat(slot.current().counted).as("counted before").isNull();
			slot.current().counted = runs.status();
		}

		void close() throws SQLException {
			if (this.connection != null) {
				this.connection.close();
			}
			this.connection = null;
			this.finished = null;
		}

	}

}
