package io.agentmetrics.aggregator.rollup;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;

import io.agentmetrics.model.error.ErrorGroup;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.metrics.AgentDay;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.DayHour;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link UnitRollup}: parts in any order, from any thread, add up.
 */
class UnitRollupTests {

	private static final LocalDate DAY = LocalDate.parse("2026-09-01");

	private static final UUID AGENT = new UUID(1, 2);

	private static final Instant SEEN = Instant.parse("2026-09-01T10:00:00Z");

	private final DayCalendar calendar = new DayCalendar(ZoneOffset.UTC);

	private final WorkUnit unit = new WorkPlanner(this.calendar, 1)
		.wholeDays(List.of(DAY, DAY.plusDays(1)), (day) -> new DayEstimate(1, false), Shard.WHOLE)
		.getFirst();

	private final UnitRollup rollup = new UnitRollup(this.unit, this.calendar, Long.MAX_VALUE);

	@Test
	void statusesFallIntoTheirCounts() {
		this.rollup.add(new AgentHour(AGENT, hour(10), 9, new long[] { 5, 6 },
				List.of(ExecutionStatus.FAILED, ExecutionStatus.TIMEOUT, ExecutionStatus.CANCELLED,
						ExecutionStatus.PENDING, ExecutionStatus.RUNNING, ExecutionStatus.COMPLETED),
				List.of(new ErrorOccurrence("broken 1", "ToolError", SEEN),
						new ErrorOccurrence("broken 2", "ToolError", SEEN),
						new ErrorOccurrence(null, "ToolError", SEEN))));
		AgentDay day = this.rollup.complete(DAY).agentDays().getFirst().day();
		assertThat(day.counts()).isEqualTo(new ExecutionCounts(4, 2, 1, 2, 2));
		assertThat(day.hours().total(10)).isEqualTo(9);
		assertThat(day.hours().successful(10)).isEqualTo(4);
		assertThat(day.hours().failed(10)).isEqualTo(2);
		assertThat(day.times().sumMs()).isEqualTo(11);
		assertThat(day.errors().groups()).extracting(ErrorGroup::count).containsExactly(2L, 1L);
	}

	@Test
	void partsFromManyThreadsAddUp() {
		try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
			for (int part = 0; part < 2_000; part++) {
				int hour = part % 24;
				threads.execute(() -> this.rollup
					.add(new AgentHour(AGENT, hour(hour), 3, new long[] { 1, 2, 3 }, List.of(), List.of())));
			}
		}
		CompletedDay day = this.rollup.complete(DAY);
		assertThat(day.executions()).isEqualTo(6_000).isEqualTo(this.rollup.executions());
		assertThat(day.agentDays().getFirst().day().times().sumMs()).isEqualTo(12_000);
	}

	@Test
	void dayWithoutPartsIsComplete() {
		assertThat(this.rollup.complete(DAY.plusDays(1)))
			.isEqualTo(new CompletedDay(DAY.plusDays(1), List.of(), List.of()));
	}

	@Test
	void agentWhoseNumbersCannotBeIsNamedAndTheOthersAreNotLost() {
		UUID other = new UUID(3, 4);
		this.rollup.add(new AgentHour(AGENT, hour(1), 2, new long[] { 7, -1 }, List.of(), List.of()));
		this.rollup.add(new AgentHour(other, hour(1), 1, new long[] { 1 }, List.of(), List.of()));
		CompletedDay day = this.rollup.complete(DAY);
		assertThat(day.agentDays()).extracting(CompletedAgentDay::agentId).containsExactly(other);
		assertThat(day.failures()).singleElement().satisfies((failure) -> {
			assertThat(failure.agentId()).isEqualTo(AGENT);
			assertThat(failure.date()).isEqualTo(DAY);
			assertThat(failure.reason()).isEqualTo("A duration is not negative: -1 ms");
		});
	}

	@Test
	void agentWhoseRowsCannotBeUnderstoodIsNamed() {
		this.rollup.add(hour(AGENT, 1, 1));
		this.rollup.fail(AGENT, DAY, new IllegalArgumentException("Unknown status 'BOGUS'\0"));
		this.rollup.add(hour(AGENT, 2, 1));
		CompletedDay day = this.rollup.complete(DAY);
		assertThat(day.agentDays()).isEmpty();
		assertThat(day.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.reason()).isEqualTo("Unknown status 'BOGUS'"));
	}

	@Test
	void whatDoesNotAddUpIsFoundByAgent() {
		UUID more = new UUID(5, 6);
		UUID absent = new UUID(7, 8);
		this.rollup.add(hour(AGENT, 1, 3));
		this.rollup.add(hour(more, 1, 3));
		CompletedDay day = this.rollup.complete(DAY);
		assertThat(day.reconciledWith(Map.of(AGENT, 3L, more, 3L))).isSameAs(day);
		CompletedDay reconciled = day.reconciledWith(Map.of(AGENT, 3L, more, 4L, absent, 2L));
		assertThat(reconciled.agentDays()).extracting(CompletedAgentDay::agentId).containsExactly(AGENT);
		assertThat(reconciled.failures()).extracting(FailedAgentDay::agentId).containsExactlyInAnyOrder(more, absent);
		assertThat(reconciled.failures()).extracting(FailedAgentDay::reason)
			.containsExactlyInAnyOrder("3 executions arrived, but PostgreSQL counts 4",
					"0 executions arrived, but PostgreSQL counts 2");
	}

	@Test
	void unitThatOutgrowsItsBudgetIsCutByAgents() {
		UnitRollup small = new UnitRollup(this.unit, this.calendar, 100_000);
		int agents = 0;
		while (small.instead().isEmpty()) {
			agents++;
			small.add(hour(new UUID(1, agents), 1, 100));
			assertThat(small.bytes()).as("Bytes of %d agents", agents).isLessThan(110_000);
		}
		assertThat(agents).isBetween(50, 100);
		assertThat(small.instead()).isEqualTo(this.unit.halves());
		assertThat(small.add(hour(AGENT, 1, 1))).isFalse();
	}

	@Test
	void bytesGrowWithTheAgentsAndNotWithTheirRuns() {
		long few = bytesOf(100, 20_000);
		assertThat(bytesOf(400, 20_000)).isBetween(380 * few / 100, 420 * few / 100);
		assertThat(bytesOf(100, 80_000)).isLessThan(2 * few);
	}

	@Test
	void errorsOfAnAgentAreCompactedBeforeItsUnitIsCut() {
		UnitRollup small = new UnitRollup(this.unit, this.calendar, 1_000_000);
		for (int n = 0; n < 5_000; n++) {
			ErrorOccurrence error = new ErrorOccurrence(word(n), "ToolError", SEEN);
			small.add(new AgentHour(AGENT, hour(1), 1, new long[] { 1 }, List.of(ExecutionStatus.FAILED),
					List.of(error)));
			assertThat(small.bytes()).isLessThan(1_010_000);
		}
		assertThat(small.instead()).isEmpty();
		AgentDay day = small.complete(DAY).agentDays().getFirst().day();
		assertThat(day.counts().errors()).isEqualTo(5_000).isEqualTo(day.errors().total());
	}

	@Test
	void errorsCountForTheBudget() {
		this.rollup.add(hour(AGENT, 1, 1));
		long without = this.rollup.bytes();
		this.rollup.add(new AgentHour(AGENT, hour(1), 1, new long[] { 0 }, List.of(ExecutionStatus.FAILED),
				List.of(new ErrorOccurrence(word(1), "ToolError", SEEN))));
		assertThat(this.rollup.bytes()).isGreaterThan(without + 800);
	}

	@Test
	void dayIsTheSumOfItsCells() {
		CellKey production = new CellKey("v2", "production");
		CellKey staging = new CellKey("v2", "staging");
		this.rollup.add(told(hour(1), production, 5, "0.10"));
		this.rollup.add(told(hour(2), staging, 7, "0.020"));
		this.rollup.add(told(hour(2), production, 1, "3"));
		this.rollup.add(hour(AGENT, 3, 2));
		CompletedAgentDay completed = this.rollup.complete(DAY).agentDays().getFirst();
		AgentDay day = completed.day();
		assertThat(completed.cells().distinct()).isEqualTo(3);
		assertThat(completed.cells().stored()).extracting(Cell::key)
			.containsExactly(CellKey.NOT_SAID, production, staging);
		assertThat(completed.cells().stored()).extracting((cell) -> cell.usage().inputTokens())
			.containsExactly(0L, 6L, 7L);
		assertThat(day.counts().total()).isEqualTo(5);
		assertThat(day.usage().inputTokens()).isEqualTo(13);
		assertThat(day.usage().tokenExecutions()).isEqualTo(3);
		assertThat(day.usage().costUsd()).isEqualByComparingTo("3.12");
		assertThat(day.times()).isEqualTo(LatencySketch.of(0, 0, 0, 0, 1));
	}

	@Test
	void dayOfOneReleaseIsItsOwnCell() {
		CellKey key = new CellKey("v1", null);
		this.rollup.add(told(hour(1), key, 5, "1"));
		Cells cells = this.rollup.complete(DAY).agentDays().getFirst().cells();
		assertThat(cells.isSingle()).isTrue();
		assertThat(cells.stored()).extracting(Cell::key).containsExactly(key);
	}

	@Test
	void smallestOfMoreThanFiftyCellsAreTheRest() {
		for (int n = 0; n < 51; n++) {
			CellKey key = new CellKey("v" + (char) ('A' + n), null);
			for (int run = 0; run < ((n < 2) ? 1 : 2); run++) {
				this.rollup.add(told(hour(run), key, 1, "0"));
			}
		}
		Cells cells = this.rollup.complete(DAY).agentDays().getFirst().cells();
		assertThat(cells.distinct()).isEqualTo(51);
		assertThat(cells.stored()).hasSize(50);
		assertThat(cells.stored().getFirst().key()).isEqualTo(new CellKey("vC", null));
		assertThat(cells.stored().getLast().key()).isNull();
		assertThat(cells.stored().getLast().counts().total()).isEqualTo(2);
	}

	@Test
	void releasesWithoutNumberAreNotToldApartAndTakeNoMoreMemory() {
		for (int n = 0; n < 20_000; n++) {
			this.rollup.add(told(hour(n % 24), new CellKey("build " + n, null), 1, "0.5"));
			assertThat(this.rollup.bytes()).isLessThan(1_000_000);
		}
		assertThat(this.rollup.bytes()).isLessThan(100_000);
		CompletedAgentDay day = this.rollup.complete(DAY).agentDays().getFirst();
		assertThat(day.cells().distinct()).isEqualTo(1_001);
		assertThat(day.cells().stored()).singleElement().extracting(Cell::key).isNull();
		assertThat(day.day().counts().total()).isEqualTo(20_000);
		assertThat(day.day().usage().costUsd()).isEqualByComparingTo("10000");
	}

	@Test
	void cellsCountForTheBudget() {
		this.rollup.add(told(hour(1), new CellKey("v1", null), 1, "0"));
		long one = this.rollup.bytes();
		for (int n = 2; n <= 100; n++) {
			this.rollup.add(told(hour(1), new CellKey("v" + n, null), 1, "0"));
		}
		assertThat(this.rollup.bytes()).isGreaterThan(60 * one);
	}

	@ParameterizedTest
	@CsvSource({ "-1, 0", "0, -0.1" })
	void usageThatCannotBeHarmsItsOwnAgentDay(long tokens, String cost) {
		this.rollup.add(told(hour(1), CellKey.NOT_SAID, tokens, cost));
		this.rollup.add(hour(new UUID(3, 4), 1, 1));
		CompletedDay day = this.rollup.complete(DAY);
		assertThat(day.agentDays()).extracting(CompletedAgentDay::agentId).containsExactly(new UUID(3, 4));
		assertThat(day.failures()).extracting(FailedAgentDay::agentId).containsExactly(AGENT);
	}

	private static AgentHour told(DayHour hour, CellKey cell, long tokens, String cost) {
		return new AgentHour(AGENT, hour, cell, 1, new long[] { 0 }, List.of(), List.of(),
				new ReportedUsage(new long[] { tokens }, tokens, 0, 0, 1, new BigDecimal(cost)));
	}

	private long bytesOf(int agents, int runs) {
		UnitRollup filled = new UnitRollup(this.unit, this.calendar, Long.MAX_VALUE);
		for (int agent = 0; agent < agents; agent++) {
			filled.add(hour(new UUID(9, agent), 1, runs));
		}
		return filled.bytes();
	}

	/** Letters only, which are not masked. */
	private static String word(int n) {
		StringBuilder word = new StringBuilder("Cannot ");
		for (int rest = n + 26; rest > 0; rest /= 26) {
			word.append((char) ('a' + rest % 26)).append(' ');
		}
		return word.append("x".repeat(400)).toString();
	}

	private AgentHour hour(UUID agent, int hour, int executions) {
		return new AgentHour(agent, hour(hour), executions, LongStream.range(0, executions).toArray(), List.of(),
				List.of());
	}

	private DayHour hour(int hour) {
		return this.calendar.hours(DAY, DAY.plusDays(1)).get(hour);
	}

}
