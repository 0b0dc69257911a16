package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.DayHour;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A day of very many agents with 10,000 runs each, added up within a budget. The long
 * form shows that the shipped image's heap is enough:
 * {@code mvn test -pl aggregator -am -Dtest=ManyAgentsTests -Daggregator.many-agents=100000 -DargLine=-Xmx614m
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class ManyAgentsTests {

	private static final int AGENTS = Integer.getInteger("aggregator.many-agents", 400);

	private static final int RUNS = 10_000;

	private static final int WORKERS = 2;

	private static final LocalDate DAY = LocalDate.parse("2026-09-01");

	private final DayCalendar calendar = new DayCalendar(ZoneOffset.UTC);

	private final AtomicLong largest = new AtomicLong();

	private final Deque<WorkUnit> units = new ArrayDeque<>();

	private DayTotals totals = DayTotals.of(DAY, 24, List.of());

	@Test
	void agentsAreAddedUpInPartsThatFitTheirBudget() throws Exception {
		boolean whole = AGENTS >= 100_000;
		long budget = whole ? Runtime.getRuntime().maxMemory() / 2 / (WORKERS + 1) : 1_000_000;
		long started = System.nanoTime();
		int parts = addUp(new WorkPlanner(this.calendar, AGENTS), budget);
		System.out.printf("%,d agents with %,d runs each: %d parts of up to %,d bytes, heap of up to %,d bytes, %d s%n",
				AGENTS, RUNS, parts, this.largest.get(), Runtime.getRuntime().totalMemory(),
				(System.nanoTime() - started) / 1_000_000_000);
		assertThat(this.totals.agents()).isEqualTo(AGENTS);
		assertThat(this.totals.counts().total()).isEqualTo((long) AGENTS * RUNS);
		assertThat(this.totals.times().count()).isEqualTo((long) AGENTS * RUNS);
		assertThat(this.largest.get()).isLessThan(budget + 100_000);
	}

	@Test
	void planThatIsWrongIsCutAgain() throws Exception {
		// one agent was known when the work was planned
		int parts = addUp(new WorkPlanner(this.calendar, 1), 1_500_000);
		assertThat(parts).isGreaterThan(1);
		assertThat(this.totals.counts().total()).isEqualTo((long) AGENTS * RUNS);
		assertThat(this.largest.get()).isLessThan(1_600_000);
	}

	private int addUp(WorkPlanner planner, long budget) throws Exception {
		this.units.addAll(
				planner.wholeDays(List.of(DAY), (day) -> new DayEstimate((long) AGENTS * RUNS, false), Shard.WHOLE));
		int parts = 0;
		try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
			List<Future<Integer>> results = new ArrayList<>();
			for (int worker = 0; worker < WORKERS; worker++) {
				results.add(workers.submit(() -> work(budget)));
			}
			for (Future<Integer> result : results) {
				parts += result.get();
			}
		}
		return parts;
	}

	private int work(long budget) {
		int parts = 0;
		for (WorkUnit unit = next(budget); unit != null; unit = next(budget)) {
			UnitRollup rollup = new UnitRollup(unit, this.calendar, budget);
			read(rollup);
			this.largest.accumulateAndGet(rollup.bytes(), Math::max);
			if (!rollup.instead().isEmpty()) {
				again(rollup.instead());
				continue;
			}
			parts++;
			CompletedDay day = rollup.complete(DAY);
			assertThat(day.failures()).isEmpty();
			long bytes = 0;
			for (CompletedAgentDay agentDay : day.agentDays()) {
				bytes += agentDay.day().times().toBytes().length;
			}
			assertThat(bytes).isPositive();
			add(DayTotals.of(DAY, 24, day.agentDays()));
		}
		return parts;
	}

	private synchronized @Nullable WorkUnit next(long budget) {
		while (!this.units.isEmpty() && this.units.getFirst().expectedBytes() > budget) {
			this.units.removeFirst().halves().forEach(this.units::addFirst);
		}
		return this.units.poll();
	}

	private synchronized void again(List<WorkUnit> halves) {
		halves.forEach(this.units::addFirst);
	}

	private synchronized void add(DayTotals part) {
		this.totals = this.totals.plus(part);
	}

	/** As PostgreSQL would send them: hour by hour, each agent's packed. */
	private void read(UnitRollup rollup) {
		AgentSelection.Sharded part = (AgentSelection.Sharded) rollup.unit().agents();
		List<DayHour> hours = this.calendar.hours(DAY, DAY.plusDays(1));
		for (DayHour hour : hours) {
			SplittableRandom random = new SplittableRandom(hour.hour());
			for (int agent = part.remainder(); agent < AGENTS; agent += part.divisor()) {
				int runs = RUNS / 24 + ((hour.hour() < RUNS % 24) ? 1 : 0);
				long[] times = random.longs(runs, 0, 1_000_000).toArray();
				rollup.add(new AgentHour(new UUID(1, agent), hour, runs, times, List.of(), List.of()));
			}
			if (!rollup.instead().isEmpty()) {
				return;
			}
		}
	}

}
