package io.agentmetrics.aggregator.rollup;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.metrics.AgentDay;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.DayHour;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link UnitRollup}: parts in any order, from any thread, add up.
 */
class UnitRollupTests {

	private static final LocalDate DAY = LocalDate.parse("2026-09-01");

	private static final UUID AGENT = new UUID(1, 2);

	private static final Instant SEEN = Instant.parse("2026-09-01T10:00:00Z");

	private final DayCalendar calendar = new DayCalendar(ZoneOffset.UTC);

	private final UnitRollup rollup = new UnitRollup(
			new WorkPlanner(this.calendar).wholeDays(List.of(DAY, DAY.plusDays(1)), (day) -> 1, Shard.WHOLE).getFirst(),
			this.calendar);

	@Test
	void statusesFallIntoTheirCounts() {
		this.rollup.add(new AgentHour(AGENT, hour(10), 9, new long[] { 5, 6 },
				List.of(ExecutionStatus.FAILED, ExecutionStatus.TIMEOUT, ExecutionStatus.CANCELLED,
						ExecutionStatus.PENDING, ExecutionStatus.RUNNING, ExecutionStatus.COMPLETED),
				List.of(new ErrorOccurrence("broken 1", SEEN), new ErrorOccurrence("broken 2", SEEN))));
		AgentDay day = this.rollup.complete(DAY).agentDays().getFirst();
		assertThat(day.counts()).isEqualTo(new ExecutionCounts(4, 2, 1, 2, 2));
		assertThat(day.hours().total(10)).isEqualTo(9);
		assertThat(day.hours().successful(10)).isEqualTo(4);
		assertThat(day.hours().failed(10)).isEqualTo(2);
		assertThat(day.times().sumMs()).isEqualTo(11);
		assertThat(day.errors().groups()).singleElement().satisfies((group) -> assertThat(group.count()).isEqualTo(2));
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
		assertThat(day.agentDays().getFirst().times().sumMs()).isEqualTo(12_000);
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
		assertThat(day.agentDays()).extracting(AgentDay::agentId).containsExactly(other);
		assertThat(day.failures()).singleElement().satisfies((failure) -> {
			assertThat(failure.agentId()).isEqualTo(AGENT);
			assertThat(failure.date()).isEqualTo(DAY);
			assertThat(failure).hasMessageContaining(AGENT.toString()).hasMessageContaining(DAY.toString());
		});
	}

	private DayHour hour(int hour) {
		return this.calendar.hours(DAY, DAY.plusDays(1)).get(hour);
	}

}
