package io.agentmetrics.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.model.execution.ExecutionStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What happens to executions after their day was closed reaches exactly their own
 * agent-day and the totals of their day.
 */
class ChangedExecutionsIntegrationTests {

	private static final Instant YESTERDAY = Instant.parse("2026-09-07T14:00:00Z");

	private static final Instant LAST_WEEK = YESTERDAY.minus(Duration.ofDays(5));

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	private final UUID alice = this.fixture.executions().agent("alice");

	private final UUID bob = this.fixture.executions().agent("bob");

	private final UUID idle = this.fixture.executions().agent("idle");

	private UUID failed = this.alice;

	private UUID running = this.alice;

	private UUID single = this.alice;

	private Map<String, String> agentDays = Map.of();

	private Map<String, String> closedDays = Map.of();

	@BeforeEach
	void aggregateOnce() {
		RandomExecutions random = new RandomExecutions(7);
		List<TestExecution> executions = new ArrayList<>();
		for (int day = 1; day <= 7; day++) {
			for (UUID agent : List.of(this.alice, this.bob)) {
				executions.addAll(random.of(agent, java.time.LocalDate.of(2026, 9, day), 20));
			}
		}
		this.fixture.executions().insertAll(executions);
		this.failed = this.fixture.executions().insert(TestExecution.failed(this.alice, LAST_WEEK, 500, "broken 12"));
		this.running = this.fixture.executions().insert(TestExecution.running(this.bob, LAST_WEEK));
		this.single = this.fixture.executions().insert(TestExecution.completed(this.idle, LAST_WEEK, 9));
		assertThat(this.fixture.run()).isTrue();
		remember();
	}

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void runWithNothingNewChangesNothing() {
		assertThat(this.fixture.run()).isTrue();
		assertChanged(Set.of(), Set.of());
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void lateExecutionReaggregatesOnlyItsOwnAgentDay() {
		this.fixture.executions().insert(TestExecution.completed(this.alice, LAST_WEEK, 1));
		assertNextRunChangesOnly(this.alice, LAST_WEEK);
	}

	@Test
	void lateExecutionOfAnAgentWithoutTheDayAddsItsAgentDay() {
		this.fixture.executions().insert(TestExecution.completed(this.idle, YESTERDAY, 1));
		assertNextRunChangesOnly(this.idle, YESTERDAY);
	}

	@Test
	void executionThatEndsDaysLaterReaggregatesTheDayItStarted() {
		this.fixture.clock().advance(Duration.ofDays(2));
		this.fixture.run();
		remember();
		this.fixture.executions()
			.update(this.running, TestExecution.completed(this.bob, LAST_WEEK, Duration.ofDays(6).toMillis()));
		assertNextRunChangesOnly(this.bob, LAST_WEEK);
	}

	@Test
	void correctedExecutionReaggregatesOnlyItsOwnAgentDay() {
		this.fixture.executions().update(this.failed, TestExecution.completed(this.alice, LAST_WEEK, 400));
		assertNextRunChangesOnly(this.alice, LAST_WEEK);
	}

	@Test
	void deletedExecutionReaggregatesOnlyItsOwnAgentDay() {
		this.fixture.executions().delete(this.failed);
		assertNextRunChangesOnly(this.alice, LAST_WEEK);
	}

	@Test
	void agentDayWhoseLastExecutionIsDeletedDisappears() {
		this.fixture.executions().delete(this.single);
		assertNextRunChangesOnly(this.idle, LAST_WEEK);
		assertThat(this.fixture.agentDays()).doesNotContainKey(this.idle + " 2026-09-02");
		assertThat(this.fixture.sql().number("select count(*) from agent_execution_deletions"))
			.as("Deletions that every watermark has seen")
			.isZero();
	}

	/** As docs/your-own-data.md tells to retire one. */
	@Test
	void agentWhoseExecutionsAreDeletedCanGoAfterTheNextRun() {
		this.fixture.sql().run("delete from agent_executions where agent_id = '%s'", this.alice);
		assertThatIllegalStateException()
			.isThrownBy(() -> this.fixture.sql().run("delete from agents where id = '%s'", this.alice))
			.withMessageContaining("violates foreign key constraint");
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().run("delete from agents where id = '%s'", this.alice)).isOne();
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void dayWhoseExecutionsAreAllDeletedStaysInTheLedgerWithZeros() {
		this.fixture.sql()
			.run("delete from agent_executions where execution_start >= '2026-09-02' and execution_start < '2026-09-03'");
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().rows("""
				select agents, total_executions, (select count(*) from agent_metrics where metric_date = '2026-09-02')
				from aggregated_days where metric_date = '2026-09-02'
				""")).containsExactly(List.of("0", "0", "0"));
	}

	@Test
	void executionBeforeTheFirstClosedDayClosesTheDaysBetween() {
		this.fixture.executions().insert(TestExecution.completed(this.alice, Instant.parse("2026-08-25T10:00:00Z"), 1));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(AggregatorFixture.difference(this.agentDays, this.fixture.agentDays()))
			.containsExactly(this.alice + " 2026-08-25");
		assertThat(AggregatorFixture.difference(this.closedDays, this.fixture.closedDays())).hasSize(7)
			.allMatch((day) -> day.startsWith("2026-08-"));
	}

	/** As on a machine whose clock is behind that of the last run's. */
	@Test
	void clockThatGoesBackLosesNoChangeOfADayThatIsClosed() {
		Instant now = this.fixture.clock().instant();
		this.fixture.clock().set(LAST_WEEK);
		this.fixture.executions().insert(TestExecution.completed(this.alice, YESTERDAY, 1));
		this.fixture.executions().delete(this.failed);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.clock().set(now);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertChanged(Set.of(this.alice + " 2026-09-02", this.alice + " 2026-09-07"),
				Set.of("2026-09-02", "2026-09-07"));
	}

	@Test
	void clockFromBeforeTheFirstExecutionDoesNoHarm() {
		Instant now = this.fixture.clock().instant();
		this.fixture.clock().set(Instant.parse("2026-01-01T00:00:00Z"));
		this.fixture.executions().insert(TestExecution.completed(this.alice, YESTERDAY, 1));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.clock().set(now);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void insertInAnOpenTransactionIsAggregatedByTheRunAfterItsCommit() {
		assertNothingIsLostOf("""
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				values ('%s', gen_random_uuid(), 'COMPLETED', '2026-09-07 10:00:00+00', 7)
				""".formatted(this.alice), this.alice, YESTERDAY);
	}

	@Test
	void updateInAnOpenTransactionIsAggregatedByTheRunAfterItsCommit() {
		assertNothingIsLostOf("update agent_executions set status = 'CANCELLED' where id = '" + this.running + "'",
				this.bob, LAST_WEEK);
	}

	@Test
	void deleteInAnOpenTransactionIsAggregatedByTheRunAfterItsCommit() {
		assertNothingIsLostOf("delete from agent_executions where id = '" + this.single + "'", this.idle, LAST_WEEK);
	}

	@Test
	void rolledBackTransactionChangesNothing() {
		try (SqlSession writer = this.fixture.session()) {
			writer.run("begin");
			writer.run("delete from agent_executions where id = '%s'", this.single);
			assertThat(this.fixture.run()).isTrue();
			writer.run("rollback");
		}
		assertThat(this.fixture.run()).isTrue();
		assertChanged(Set.of(), Set.of());
	}

	@Test
	void transactionOpenWhileItsDayIsFirstClosedIsAggregatedAfterItsCommit() {
		this.fixture.clock().advance(Duration.ofDays(1));
		Instant newDay = YESTERDAY.plus(Duration.ofDays(1));
		this.fixture.executions().insert(TestExecution.completed(this.bob, newDay, 5));
		try (SqlSession writer = this.fixture.session()) {
			writer.run("begin");
			writer.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start)
					values ('%s', gen_random_uuid(), 'PENDING', '%s')
					""", this.alice, newDay);
			// newer transactions that end while the old one stays open
			this.fixture.executions().insert(TestExecution.completed(this.bob, newDay, 6));
			assertThat(this.fixture.run()).isTrue();
			remember();
			writer.run("commit");
		}
		assertNextRunChangesOnly(this.alice, newDay);
	}

	@Test
	void manyChangesAtOnceReaggregateEachTheirOwnAgentDay() {
		this.fixture.executions().insert(TestExecution.completed(this.alice, YESTERDAY, 1));
		this.fixture.executions().delete(this.single);
		this.fixture.executions()
			.update(this.running,
					new TestExecution(this.bob, ExecutionStatus.TIMEOUT, LAST_WEEK, null, null, "gave up"));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertChanged(Set.of(this.alice + " 2026-09-07", this.idle + " 2026-09-02", this.bob + " 2026-09-02"),
				Set.of("2026-09-02", "2026-09-07"));
	}

	private void assertNothingIsLostOf(String write, UUID agent, Instant start) {
		try (SqlSession writer = this.fixture.session()) {
			writer.run("begin");
			writer.run(write);
			assertThat(this.fixture.run()).isTrue();
			assertChanged(Set.of(), Set.of());
			writer.run("commit");
		}
		assertNextRunChangesOnly(agent, start);
	}

	private void assertNextRunChangesOnly(UUID agent, Instant start) {
		assertThat(this.fixture.run()).isTrue();
		String day = start.toString().substring(0, 10);
		assertChanged(Set.of(agent + " " + day), Set.of(day));
		this.fixture.oracle().assertEverythingIsRight();
		remember();
		assertThat(this.fixture.run()).isTrue();
		assertChanged(Set.of(), Set.of());
	}

	private void remember() {
		this.agentDays = this.fixture.agentDays();
		this.closedDays = this.fixture.closedDays();
	}

	private void assertChanged(Set<String> agentDays, Set<String> days) {
		assertThat(AggregatorFixture.difference(this.agentDays, this.fixture.agentDays())).as("Changed agent-days")
			.isEqualTo(agentDays);
		assertThat(AggregatorFixture.difference(this.closedDays, this.fixture.closedDays())).as("Changed closed days")
			.isEqualTo(days);
	}

}
