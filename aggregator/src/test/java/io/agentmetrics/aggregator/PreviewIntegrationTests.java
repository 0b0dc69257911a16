package io.agentmetrics.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Today's rows are kept fresh where that is asked for, say that they are provisional, and
 * never count as a closed day.
 */
class PreviewIntegrationTests {

	private static final Instant MORNING = Instant.parse("2026-09-08T07:00:00Z");

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T08:00:00Z");

	private final InProcessAggregator previewing = new InProcessAggregator(this.fixture.database(),
			this.fixture.clock(), "agent-metrics.aggregator.include-today=true");

	private final UUID alice = this.fixture.executions().agent("alice");

	private final UUID bob = this.fixture.executions().agent("bob");

	@AfterEach
	void closeAll() {
		this.previewing.close();
		this.fixture.close();
	}

	@Test
	void todayIsLeftAloneUnlessAskedFor() {
		this.fixture.executions().insert(TestExecution.completed(this.alice, MORNING, 10));
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.agentDays()).isEmpty();
	}

	@Test
	void todaysRowsAreProvisionalAndTheDayStaysOpen() {
		this.fixture.executions().insert(TestExecution.completed(this.alice, MORNING, 10));
		preview();
		assertThat(today("provisional and total_executions = 1")).isEqualTo(1);
		assertThat(this.fixture.closedDays()).doesNotContainKey("2026-09-08");
	}

	@Test
	void nextPreviewReadsOnlyAgentsThatChanged() {
		for (int i = 0; i < 8; i++) {
			this.fixture.executions()
				.insert(TestExecution.completed(this.fixture.executions().agent("agent " + i), MORNING, 10));
		}
		this.fixture.executions().insert(TestExecution.completed(this.bob, MORNING, 10));
		preview();
		Map<String, String> before = this.fixture.agentDays();
		this.fixture.executions().insert(TestExecution.completed(this.bob, MORNING.plusSeconds(60), 30));
		preview();
		assertThat(AggregatorFixture.difference(before, this.fixture.agentDays()))
			.isEqualTo(Set.of(this.bob + " 2026-09-08"));
		assertThat(today("total_executions = 2 and max_execution_time_ms = 30")).isEqualTo(1);
	}

	@Test
	void previewWithNothingNewChangesNothing() {
		this.fixture.executions().insert(TestExecution.completed(this.alice, MORNING, 10));
		preview();
		Map<String, String> before = this.fixture.agentDays();
		preview();
		assertThat(this.fixture.agentDays()).isEqualTo(before);
	}

	@Test
	void deletedExecutionLeavesThePreview() {
		UUID gone = this.fixture.executions().insert(TestExecution.completed(this.alice, MORNING, 10));
		this.fixture.executions().insert(TestExecution.completed(this.bob, MORNING, 10));
		preview();
		this.fixture.sql().run("delete from agent_executions where id = '%s'", gone);
		preview();
		assertThat(today("true")).isEqualTo(1);
	}

	@Test
	void closedDayReplacesItsPreview() {
		this.fixture.executions().insert(TestExecution.completed(this.alice, MORNING, 10));
		preview();
		this.fixture.executions().insert(TestExecution.completed(this.bob, MORNING, 10));
		this.fixture.clock().advance(Duration.ofHours(17));
		assertThat(this.fixture.run()).isTrue();
		assertThat(today("not provisional")).isEqualTo(2);
		assertThat(this.fixture.closedDays()).containsKey("2026-09-08");
		assertThat(this.fixture.sql().number("select count(*) from provisional_days")).isZero();
		this.fixture.oracle().assertEverythingIsRight();
	}

	private void preview() {
		assertThat(this.previewing.run(AggregatorFixture.upToDate())).isTrue();
	}

	private long today(String condition) {
		return this.fixture.sql()
			.number("select count(*) from agent_metrics where metric_date = '2026-09-08' and %s".formatted(condition));
	}

}
