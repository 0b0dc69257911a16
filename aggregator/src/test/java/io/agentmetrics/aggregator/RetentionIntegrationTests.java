package io.agentmetrics.aggregator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.aggregator.job.RefusedException;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Old executions are dropped, their metrics are not.
 */
class RetentionIntegrationTests {

	/** A Monday, with which a week's partition begins. */
	private static final LocalDate FIRST = LocalDate.parse("2026-08-03");

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	private final UUID agent = this.fixture.executions().agent("a");

	@BeforeEach
	void storeExecutions() {
		// in partitions whatever the real date is
		this.fixture.sql().run("call ensure_execution_partitions('2026-08-03', '2026-09-08')");
		RandomExecutions random = new RandomExecutions(47);
		List<TestExecution> executions = new ArrayList<>();
		for (LocalDate day = FIRST; day.isBefore(LocalDate.parse("2026-09-08")); day = day.plusDays(1)) {
			executions.addAll(random.of(this.agent, day, 3));
		}
		this.fixture.executions().insertAll(executions);
	}

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void nothingIsDroppedByDefault() {
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-03");
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void weeksThatAreOldEnoughAreDroppedAndTheirMetricsStay() {
		this.fixture.run();
		Map<String, String> agentDays = this.fixture.agentDays();
		Map<String, String> closedDays = this.fixture.closedDays();
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run()).isTrue();
		// 20 days before are 2026-08-19, a Wednesday: its week stays
		assertThat(firstExecution()).startsWith("2026-08-17");
		assertThat(this.fixture.sql().value("select raw_from from aggregation_state")).isEqualTo("2026-08-17");
		assertThat(this.fixture.agentDays()).isEqualTo(agentDays).containsKey(this.agent + " 2026-08-03");
		assertThat(this.fixture.closedDays()).isEqualTo(closedDays).containsKey("2026-08-03");
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.agentDays()).isEqualTo(agentDays);
	}

	@Test
	void droppedDayCannotBeRebuiltAndTheOthersCan() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run()).isTrue();
		assertThatExceptionOfType(RefusedException.class)
			.isThrownBy(() -> this.fixture.run(AggregatorFixture.rebuild("2026-08-16", "2026-08-20")))
			.withMessage("from=2026-08-16 cannot be rebuilt: retention has dropped the executions before 2026-08-17");
		Map<String, String> before = this.fixture.agentDays();
		assertThat(this.fixture.run(AggregatorFixture.rebuild("2026-08-17", "2026-08-18"))).isTrue();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.containsExactly(this.agent + " 2026-08-17");
		assertThat(this.fixture.run(AggregatorFixture.startOver())).isTrue();
		assertThat(this.fixture.agentDays()).containsKey(this.agent + " 2026-08-03").hasSize(36);
		assertThat(this.fixture.closedDays()).hasSize(36);
	}

	@Test
	void rebuildOfNothingButDroppedDaysIsRefused() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run()).isTrue();
		for (String to : List.of("2026-08-05", "2026-08-17")) {
			assertThatExceptionOfType(RefusedException.class)
				.isThrownBy(() -> this.fixture.run(AggregatorFixture.rebuildTo(to)))
				.withMessage("The days before to=" + to
						+ " cannot be rebuilt: retention has dropped the executions before 2026-08-17");
		}
		Map<String, String> before = this.fixture.agentDays();
		assertThat(this.fixture.run(AggregatorFixture.rebuildTo("2026-08-18"))).isTrue();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.containsExactly(this.agent + " 2026-08-17");
	}

	@Test
	void clockThatIsAYearAheadDropsNoMore() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		this.fixture.clock().set(Instant.parse("2027-09-08T00:05:00Z"));
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
	}

	/** Its weeks begin at another hour than its days. */
	@Test
	void dayThatIsDroppedInPartCannotBeRebuilt() {
		try (AggregatorFixture west = AggregatorFixture.at("2026-09-08T12:05:00Z", "America/Los_Angeles")) {
			west.sql().run("call ensure_execution_partitions('2026-08-03', '2026-09-08')");
			UUID agent = west.executions().agent("a");
			RandomExecutions random = new RandomExecutions(48, west.zone());
			for (LocalDate day = FIRST.plusDays(1); day.isBefore(west.today()); day = day.plusDays(1)) {
				west.executions().insertAll(random.of(agent, day, 20));
			}
			assertThat(west.run()).isTrue();
			Map<String, String> before = west.agentDays();
			west.with("agent-metrics.retention.executions=P20D");
			assertThat(west.run()).isTrue();
			// the partition ends on Sunday at 17:00 of the zone
			assertThat(west.sql().value("select min(execution_start) < '2026-08-17 07:00:00+00' from agent_executions"))
				.isEqualTo("t");
			assertThatExceptionOfType(RefusedException.class)
				.isThrownBy(() -> west.run(AggregatorFixture.rebuild("2026-08-16", "2026-08-20")))
				.withMessageContaining("before 2026-08-17");
			assertThat(west.run()).isTrue();
			assertThat(west.agentDays()).isEqualTo(before);
		}
	}

	@Test
	void oldExecutionsOutsideThePartitionsAreDroppedToo() {
		this.fixture.run();
		this.fixture.sql()
			.run("insert into agent_executions (agent_id, user_id, status, execution_start) values "
					+ "('%1$s', '%1$s', 'COMPLETED', '2001-01-01 10:00:00+00')", this.agent);
		this.fixture.sql().run("update aggregation_state set raw_from = '2026-08-03'");
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
		assertThat(this.fixture.run()).isTrue();
	}

	@Test
	void nothingIsDroppedThatWasNotAggregated() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		this.fixture.sql().run("""
				update agent_executions set execution_time_ms = 9223372036854775807
				where execution_start >= '2026-08-05' and execution_start < '2026-08-06'
				""");
		assertThat(this.fixture.run()).isFalse();
		assertThat(firstExecution()).startsWith("2026-08-03");
		assertThat(this.fixture.sql().value("select raw_from from aggregation_state")).isEqualTo("null");
	}

	@Test
	void rebuildDropsNothing() {
		this.fixture.run();
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run(AggregatorFixture.rebuild("2026-08-03", "2026-08-05"))).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-03");
	}

	@Test
	void readerInTheWayPutsItOffToTheNextRun() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		try (SqlSession reader = this.fixture.session()) {
			reader.run("begin");
			reader.rows("select count(*) from agent_executions");
			assertThat(this.fixture.run()).isTrue();
			assertThat(firstExecution()).startsWith("2026-08-03");
			reader.run("commit");
		}
		assertThat(this.fixture.run()).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
	}

	@Test
	void shardsDropOnlyWhatAllOfThemHaveAggregated() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		assertThat(this.fixture.run(AggregatorFixture.shard(0, 2))).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-03");
		assertThat(this.fixture.run(AggregatorFixture.shard(1, 2))).isTrue();
		assertThat(firstExecution()).startsWith("2026-08-17");
		assertThat(this.fixture.closedDays()).hasSize(36);
	}

	@Test
	void lateExecutionOfADroppedDayChangesNothing() {
		this.fixture.with("agent-metrics.retention.executions=P20D");
		this.fixture.run();
		Map<String, String> agentDays = this.fixture.agentDays();
		this.fixture.executions()
			.insertAll(List
				.of(TestExecution.running(this.agent, FIRST.atStartOfDay().toInstant(java.time.ZoneOffset.UTC))));
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.agentDays()).isEqualTo(agentDays);
	}

	private String firstExecution() {
		return this.fixture.sql().value("select min(execution_start) at time zone 'UTC' from agent_executions");
	}

}
