package io.agentmetrics.aggregator.rollup;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import io.agentmetrics.model.time.DayCalendar;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link WorkPlanner}: every day once, in pieces that fit into memory.
 */
class WorkPlannerTests {

	private static final LocalDate FIRST = LocalDate.parse("2026-03-01");

	private final DayCalendar berlin = new DayCalendar(ZoneId.of("Europe/Berlin"));

	private final WorkPlanner planner = new WorkPlanner(this.berlin, 100);

	@RepeatedTest(20)
	void unitsCoverEachDayOnceAndSlicesTileIt(RepetitionInfo repetition) {
		long seed = 1_000 + repetition.getCurrentRepetition();
		System.out.println("WorkPlannerTests seed " + seed);
		Random random = new Random(seed);
		List<LocalDate> days = new ArrayList<>();
		Map<LocalDate, Long> estimates = new HashMap<>();
		Set<LocalDate> scattered = new HashSet<>();
		for (int day = 0; day < 400; day++) {
			if (random.nextInt(10) > 0) {
				days.add(FIRST.plusDays(day));
				estimates.put(FIRST.plusDays(day), Math.round(Math.exp(random.nextDouble() * Math.log(60_000_000))));
				if (day < 200) {
					scattered.add(FIRST.plusDays(day));
				}
			}
		}
		List<WorkUnit> units = this.planner.wholeDays(days,
				(day) -> new DayEstimate(Objects.requireNonNull(estimates.get(day)), scattered.contains(day)),
				new Shard(1, 3));
		assertThat(units.stream().flatMap((unit) -> unit.days().stream())).containsExactlyElementsOf(days);
		for (WorkUnit unit : units) {
			assertThat(unit.agents()).isEqualTo(new AgentSelection.Sharded(new Shard(1, 3)));
			boolean ofScatteredDays = scattered.contains(unit.from());
			assertThat(unit.days()).allMatch((day) -> scattered.contains(day) == ofScatteredDays);
			assertThat(unit.days())
				.hasSizeLessThanOrEqualTo(ofScatteredDays ? WorkPlanner.SCATTERED_UNIT_DAYS : WorkPlanner.UNIT_DAYS);
			assertTiled(unit);
			long executions = unit.days().stream().mapToLong((day) -> estimates.getOrDefault(day, 0L)).sum();
			assertThat(unit.days().size() == 1
					|| executions <= (ofScatteredDays ? WorkPlanner.SLICE_EXECUTIONS : WorkPlanner.UNIT_EXECUTIONS))
				.isTrue();
			assertThat(executions / unit.slices().size())
				.isLessThanOrEqualTo(Math.max(WorkPlanner.SLICE_EXECUTIONS, WorkPlanner.DENSE_DAY_EXECUTIONS));
		}
	}

	@Test
	void smallDaysShareOneStatement() {
		List<WorkUnit> units = this.planner.wholeDays(FIRST.datesUntil(FIRST.plusDays(10)).toList(),
				(day) -> inAWeek(5_000), Shard.WHOLE);
		assertThat(units).singleElement().satisfies((unit) -> assertThat(unit.slices()).hasSize(1));
	}

	@Test
	void unitEndsWhereItGetsTooBig() {
		List<WorkUnit> units = this.planner.wholeDays(FIRST.datesUntil(FIRST.plusDays(10)).toList(),
				(day) -> inAWeek(20_000), Shard.WHOLE);
		assertThat(units).hasSize(5).allSatisfy((unit) -> assertThat(unit.days()).hasSize(2));
	}

	@Test
	void unitEndsAtAGap() {
		List<WorkUnit> units = this.planner.wholeDays(List.of(FIRST, FIRST.plusDays(1), FIRST.plusDays(3)),
				(day) -> inAWeek(1), Shard.WHOLE);
		assertThat(units).extracting(WorkUnit::days)
			.containsExactly(List.of(FIRST, FIRST.plusDays(1)), List.of(FIRST.plusDays(3)));
	}

	@Test
	void denseDayIsReadByTheHour() {
		LocalDate shortDay = LocalDate.parse("2026-03-29");
		WorkUnit unit = this.planner
			.wholeDays(List.of(shortDay), (day) -> inAWeek(WorkPlanner.DENSE_DAY_EXECUTIONS + 1), Shard.WHOLE)
			.getFirst();
		assertThat(unit.slices()).hasSize(23).allMatch(Slice::isWithinOneHour);
		assertTiled(unit);
	}

	@Test
	void hugeDayIsReadInPartsOfAnHour() {
		WorkUnit unit = this.planner.wholeDays(List.of(FIRST), (day) -> inAWeek(100_000_000), Shard.WHOLE).getFirst();
		assertThat(unit.slices()).hasSize(24 * 5).allMatch(Slice::isWithinOneHour);
		assertTiled(unit);
	}

	@Test
	void fewUnitsShareScatteredDays() {
		List<WorkUnit> units = this.planner.wholeDays(FIRST.datesUntil(FIRST.plusDays(200)).toList(),
				(day) -> new DayEstimate(2_000, true), Shard.WHOLE);
		assertThat(units).hasSize(WorkPlanner.SCATTERED_UNITS)
			.allSatisfy((unit) -> assertThat(unit.slices()).hasSize(1));
		assertThat(units.stream().flatMap((unit) -> unit.days().stream())).hasSize(200);
	}

	@Test
	void scatteredDaysDoNotShareAUnitWithOthers() {
		List<WorkUnit> units = this.planner.wholeDays(List.of(FIRST, FIRST.plusDays(1)),
				(day) -> new DayEstimate(1, day.equals(FIRST)), Shard.WHOLE);
		assertThat(units).extracting(WorkUnit::days).containsExactly(List.of(FIRST), List.of(FIRST.plusDays(1)));
	}

	@Test
	void scatteredDayIsReadAtOnceUpToTheSizeOfASlice() {
		assertThat(scatteredDay(WorkPlanner.SLICE_EXECUTIONS).slices()).hasSize(1);
		assertThat(scatteredDay(WorkPlanner.SLICE_EXECUTIONS + 1).slices()).hasSize(24);
	}

	private WorkUnit scatteredDay(long executions) {
		return this.planner.wholeDays(List.of(FIRST), (day) -> new DayEstimate(executions, true), Shard.WHOLE)
			.getFirst();
	}

	@Test
	void unitExpectsToTakeTheMemoryOfEachOfItsDays() {
		List<LocalDate> days = FIRST.datesUntil(FIRST.plusDays(10)).toList();
		WorkUnit tenDays = this.planner.wholeDays(days, (day) -> inAWeek(1_000), Shard.WHOLE).getFirst();
		WorkUnit oneDay = this.planner.wholeDays(List.of(FIRST), (day) -> inAWeek(1_000), Shard.WHOLE).getFirst();
		assertThat(tenDays.expectedBytes()).isEqualTo(10 * oneDay.expectedBytes());
	}

	private static DayEstimate inAWeek(long executions) {
		return new DayEstimate(executions, false);
	}

	@Test
	void noDaysAreNoWork() {
		assertThat(this.planner.wholeDays(List.of(), (day) -> inAWeek(1), Shard.WHOLE)).isEmpty();
		assertThat(this.planner.agentDays(new TreeMap<>())).isEmpty();
	}

	@Test
	void agentsDaysAreAUnitPerDay() {
		AgentSelection.Only first = new AgentSelection.Only(Set.of(new UUID(0, 1)));
		AgentSelection.Only second = new AgentSelection.Only(Set.of(new UUID(0, 1), new UUID(0, 2)));
		List<WorkUnit> units = this.planner.agentDays(new TreeMap<>(Map.of(FIRST, first, FIRST.plusDays(1), second)));
		assertThat(units).extracting(WorkUnit::agents).containsExactly(first, second);
		assertThat(units).extracting(WorkUnit::from).containsExactly(FIRST, FIRST.plusDays(1));
		units.forEach(this::assertTiled);
	}

	@Test
	void unitExpectsToTakeMoreMemoryWithMoreAgentsAndRuns() {
		long few = expectedBytes(1_000, 10_000);
		assertThat(expectedBytes(100_000, 10_000)).isBetween(99 * few, 101 * few);
		assertThat(expectedBytes(1_000, 1_000)).isLessThan(2 * few).isGreaterThan(1_000 * 8_000);
		assertThat(expectedBytes(1_000, 1_000_000)).isGreaterThan(few).isLessThan(3 * few);
	}

	@Test
	void halvesShareTheAgents() {
		WorkUnit unit = new WorkPlanner(this.berlin, 1_000)
			.wholeDays(List.of(FIRST), (day) -> inAWeek(1), new Shard(1, 3))
			.getFirst();
		List<WorkUnit> quarters = unit.halves().stream().flatMap((half) -> half.halves().stream()).toList();
		assertThat(quarters).extracting((quarter) -> ((AgentSelection.Sharded) quarter.agents()).divisor())
			.containsOnly(12);
		assertThat(quarters).extracting((quarter) -> ((AgentSelection.Sharded) quarter.agents()).remainder())
			.containsExactlyInAnyOrder(1, 4, 7, 10);
		quarters.forEach(this::assertTiled);
		AgentSelection.Only three = new AgentSelection.Only(Set.of(new UUID(0, 1), new UUID(0, 2), new UUID(0, 3)));
		assertThat(three.halves().stream().flatMap((half) -> ((AgentSelection.Only) half).agents().stream()))
			.containsExactlyInAnyOrderElementsOf(three.agents());
		assertThat(new AgentSelection.Only(Set.of(new UUID(0, 1))).halves()).isEmpty();
	}

	private long expectedBytes(long agents, long runs) {
		return new WorkPlanner(this.berlin, agents)
			.wholeDays(List.of(FIRST), (day) -> inAWeek(agents * runs), Shard.WHOLE)
			.getFirst()
			.expectedBytes();
	}

	private void assertTiled(WorkUnit unit) {
		Instant end = this.berlin.startOf(unit.from());
		for (Slice slice : unit.slices()) {
			assertThat(slice.from()).isEqualTo(end);
			end = slice.to();
		}
		assertThat(end).isEqualTo(this.berlin.startOf(unit.to()));
	}

}
