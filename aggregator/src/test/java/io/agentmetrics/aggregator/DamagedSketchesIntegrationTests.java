package io.agentmetrics.aggregator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;

import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stored sketches that something has damaged.
 */
@ExtendWith(OutputCaptureExtension.class)
class DamagedSketchesIntegrationTests {

	private static final LocalDate DAY = LocalDate.parse("2026-09-02");

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	private final UUID changed = this.fixture.executions().agent("changed");

	private final UUID exact = this.fixture.executions().agent("exact");

	private final UUID estimated = this.fixture.executions().agent("estimated");

	@BeforeEach
	void aggregateOnce() {
		RandomExecutions random = new RandomExecutions(17);
		this.fixture.executions().insertAll(random.of(this.changed, DAY, 30));
		this.fixture.executions().insertAll(random.of(this.exact, DAY, 30));
		this.fixture.executions().insertAll(random.of(this.estimated, DAY, 1_500));
		this.fixture.executions().insertAll(random.of(this.exact, DAY.plusDays(1), 30));
		assertThat(this.fixture.run()).isTrue();
	}

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
			truncated           ; substring(latency_sketch for length(latency_sketch) / 2)
			empty               ; ''
			one bit flipped     ; set_bit(latency_sketch, 320, 1 - get_bit(latency_sketch, 320))
			another number      ; set_byte(latency_sketch, 13, 77)
			an unknown version  ; set_byte(latency_sketch, 4, 99)
			extended            ; latency_sketch || '\\x00'
			random              ; sha512(latency_sketch)
			promising very much ; substring(latency_sketch for 38) || '\\x7fffffff' || substring(latency_sketch from 43)
			""")
	void runRepairsTheAgentDayAndClosesTheTotals(String damage, String expression) {
		damage(expression, "agent_id <> '" + this.changed + "' and metric_date = '" + DAY + "'");
		Map<String, String> before = this.fixture.agentDays();
		changeTheDay();
		assertThat(this.fixture.run()).as(damage).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.containsExactlyInAnyOrder(this.changed + " " + DAY, this.exact + " " + DAY, this.estimated + " " + DAY);
		before = this.fixture.agentDays();
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.agentDays()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "hourly_counts || '\\x01'", "''",
			"(select hourly_counts from agent_metrics other where other.agent_id <> agent_metrics.agent_id limit 1)" })
	void hoursThatAreNotTheDaysAreRebuilt(String damage, CapturedOutput output) {
		assertThat(this.fixture.sql()
			.run("update agent_metrics set hourly_counts = " + damage + " where agent_id = '%s' and metric_date = '%s'",
					this.exact, DAY))
			.isOne();
		changeTheDay();
		assertThat(this.fixture.run()).isTrue();
		assertThat(output).contains("Damaged hourly counts agent=\"" + this.exact + "\" day=\"" + DAY + "\"");
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void sketchOfAnotherAgentIsFoundAndRebuilt() {
		this.fixture.sql().run("""
				update agent_metrics set latency_sketch = (
					select latency_sketch from agent_metrics where agent_id = '%s' and metric_date = '%s')
				where agent_id = '%s' and metric_date = '%s'
				""", this.estimated, DAY, this.exact, DAY);
		changeTheDay();
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void damageOnADayThatRetentionHasJustDroppedIsMarkedAndTheDayClosedWithoutIt() throws Exception {
		changeTheDay();
		this.fixture.executions().insert(TestExecution.completed(this.exact, at(DAY.plusDays(1)), 4));
		Map<String, String> before = this.fixture.agentDays();
		try (SqlSession gate = this.fixture.session()) {
			gate.run("begin");
			gate.run("lock table agent_metrics in share mode");
			Future<Boolean> run = this.fixture.start(this.fixture.aggregator(), AggregatorFixture.upToDate());
			this.fixture.awaitBlocked(1);
			this.fixture.sql().run("update aggregation_state set raw_from = '%s'", DAY.plusDays(1));
			gate.run("update agent_metrics set latency_sketch = sha256(latency_sketch) where metric_date = '%s'", DAY);
			gate.run("commit");
			assertThat(run.get()).isTrue();
		}
		assertThat(this.fixture.sql().column("select agent_id from agent_day_failures where metric_date = '%s'", DAY))
			.containsExactlyInAnyOrder(this.exact.toString(), this.estimated.toString());
		assertThat(this.fixture.sql().number("select agents from aggregated_days where metric_date = '%s'", DAY))
			.isOne();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.contains(this.exact + " " + DAY.plusDays(1))
			.doesNotContain(this.exact + " " + DAY, this.estimated + " " + DAY);
		assertThat(this.fixture.run()).isTrue();
	}

	@Test
	void damageIsFoundWithoutAnyChangeOfItsDay() {
		damage("set_bit(latency_sketch, 320, 1 - get_bit(latency_sketch, 320))",
				"agent_id = '" + this.estimated + "' or metric_date = '" + DAY.plusDays(1) + "'");
		this.fixture.sql()
			.run("update aggregated_days set latency_sketch = sha256(latency_sketch) where metric_date = '2026-09-05'");
		Map<String, String> before = this.fixture.agentDays();
		Map<String, String> closed = this.fixture.closedDays();
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.containsExactlyInAnyOrder(this.estimated + " " + DAY, this.exact + " " + DAY.plusDays(1));
		assertThat(AggregatorFixture.difference(closed, this.fixture.closedDays())).containsExactlyInAnyOrder("" + DAY,
				"" + DAY.plusDays(1), "2026-09-05");
	}

	@Test
	void shardFindsDamageOfItsOwnAgents() {
		for (int shard = 0; shard < 2; shard++) {
			assertThat(this.fixture.run(AggregatorFixture.shard(shard, 2))).isTrue();
		}
		damage("sha256(latency_sketch)", "true");
		this.fixture.sql().run("update aggregated_days set latency_sketch = sha256(latency_sketch)");
		for (int shard = 0; shard < 2; shard++) {
			assertThat(this.fixture.run(AggregatorFixture.shard(shard, 2))).isTrue();
		}
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void damageOnADayWhoseExecutionsWereDroppedIsNamedAndTheRunGoesOn(CapturedOutput output) {
		damage("sha256(latency_sketch)", "metric_date = '" + DAY + "'");
		this.fixture.sql().run("update aggregation_state set raw_from = '%s'", DAY.plusDays(1));
		this.fixture.executions().insert(TestExecution.completed(this.exact, at(DAY.plusDays(1)), 4));
		Map<String, String> before = this.fixture.agentDays();
		assertThat(this.fixture.run()).isTrue();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.containsExactly(this.exact + " " + DAY.plusDays(1));
		assertThat(output).contains("Damaged sketches cannot be rebuilt: retention has dropped their executions day=\""
				+ DAY + "\" agents=\"");
	}

	@Test
	void damageOnSeveralDaysIsRepairedInOneRun() {
		damage("sha256(latency_sketch)", "true");
		changeTheDay();
		this.fixture.executions().insert(TestExecution.completed(this.changed, at(DAY.plusDays(1)), 4));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void lastShardOfADayRepairsWhatAnotherShardStored() {
		this.fixture.clock().set(Instant.parse("2026-09-09T00:05:00Z"));
		LocalDate newDay = LocalDate.parse("2026-09-08");
		int last = shardOf(this.changed);
		UUID other = this.fixture.executions().agent("other");
		while (shardOf(other) == last) {
			other = this.fixture.executions().agent("another");
		}
		this.fixture.executions().insert(TestExecution.completed(this.changed, at(newDay), 4));
		this.fixture.executions().insert(TestExecution.completed(other, at(newDay), 4));
		assertThat(this.fixture.run(AggregatorFixture.shard(1 - last, 2))).isTrue();
		damage("sha256(latency_sketch)", "metric_date = '" + newDay + "'");
		assertThat(this.fixture.run(AggregatorFixture.shard(last, 2))).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void rebuildOfTheDayReplacesEveryDamagedSketch() {
		damage("sha256(latency_sketch)", "true");
		this.fixture.sql()
			.run("update aggregated_days set latency_sketch = sha256(latency_sketch) where metric_date < '2026-09-04'");
		assertThat(this.fixture.run(AggregatorFixture.rebuild("2026-09-02", "2026-09-04"))).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	@ParameterizedTest
	@ValueSource(strings = { "agent_metrics set token_sketch = sha256(token_sketch)",
			"agent_metrics set token_sketch = null", "agent_metric_cells set token_sketch = sha256(latency_sketch)",
			"agent_metric_cells set latency_sketch = sha256(latency_sketch)" })
	void damagedTokensAndCellsAreRepaired(String damage) {
		assertThat(this.fixture.sql().run("update %s where metric_date = '%s'", damage, DAY)).isPositive();
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
	}

	private int shardOf(UUID agent) {
		return (int) this.fixture.sql().number("select agent_shard('%s', 2)", agent);
	}

	private void changeTheDay() {
		this.fixture.executions().insert(TestExecution.completed(this.changed, at(DAY), 4));
	}

	private void damage(String expression, String condition) {
		assertThat(this.fixture.sql()
			.run("update agent_metrics set latency_sketch = " + expression + " where " + condition)).isPositive();
	}

	private static Instant at(LocalDate day) {
		return Instant.parse(day + "T10:00:00Z");
	}

}
