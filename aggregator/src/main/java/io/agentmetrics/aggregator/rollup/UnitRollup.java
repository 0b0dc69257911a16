package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

import io.agentmetrics.model.metrics.AgentDay;
import io.agentmetrics.model.time.DayCalendar;
import org.jspecify.annotations.Nullable;

/**
 * What has been added up of one unit of work; several threads add the slices they read.
 */
public final class UnitRollup {

	private final WorkUnit unit;

	private final AtomicInteger openSlices;

	private final long started = System.nanoTime();

	private final LongAdder executions = new LongAdder();

	private final LongAdder counted = new LongAdder();

	private final Map<LocalDate, Agents> days;

	public UnitRollup(WorkUnit unit, DayCalendar calendar) {
		this.unit = unit;
		this.openSlices = new AtomicInteger(unit.slices().size());
		this.days = unit.days()
			.stream()
			.collect(Collectors.toConcurrentMap((day) -> day, (day) -> new Agents(day, calendar.hoursOf(day))));
	}

	public WorkUnit unit() {
		return this.unit;
	}

	public void add(AgentHour part) {
		this.executions.add(part.executions());
		known(this.days.get(part.hour().day())).add(part);
	}

	/**
	 * Notes that a slice was read to its end.
	 * @param executions how many executions PostgreSQL counted in it
	 * @return {@code true} to exactly one caller: the one whose slice was the last
	 */
	public boolean sliceDone(long executions) {
		this.counted.add(executions);
		return this.openSlices.decrementAndGet() == 0;
	}

	/**
	 * Takes a day out, so that its memory can go as soon as it is written.
	 * @param day a day of the unit
	 * @return what came of it
	 */
	public CompletedDay complete(LocalDate day) {
		return known(this.days.remove(day)).complete();
	}

	public long executions() {
		return this.executions.sum();
	}

	/**
	 * Returns how many executions there should be.
	 * @return PostgreSQL's count over all slices, which together are exactly the unit's
	 * days
	 */
	public long counted() {
		return this.counted.sum();
	}

	/**
	 * Returns how fast the unit has been added up so far.
	 * @return executions per second since the first of its slices was begun
	 */
	public long executionsPerSecond() {
		return Math.round(executions() * 1e9 / Math.max(1, System.nanoTime() - this.started));
	}

	private static Agents known(@Nullable Agents day) {
		return Objects.requireNonNull(day, "Not a day of this unit, or taken out already");
	}

	/** One day's agents. */
	private record Agents(LocalDate day, int hours, Map<UUID, AgentDayBuilder> builders) {

		Agents(LocalDate day, int hours) {
			this(day, hours, new ConcurrentHashMap<>());
		}

		void add(AgentHour part) {
			AgentDayBuilder builder = this.builders.get(part.agentId());
			if (builder == null) {
				builder = this.builders.computeIfAbsent(part.agentId(),
						(agent) -> new AgentDayBuilder(agent, this.day, this.hours));
			}
			builder.add(part);
		}

		CompletedDay complete() {
			List<AgentDay> agentDays = new ArrayList<>(this.builders.size());
			List<FailedCalculationException> failures = new ArrayList<>();
			for (AgentDayBuilder builder : this.builders.values()) {
				try {
					agentDays.add(builder.build());
				}
				catch (FailedCalculationException ex) {
					failures.add(ex);
				}
			}
			return new CompletedDay(this.day, agentDays, failures);
		}

	}

}
