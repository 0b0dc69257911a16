package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

import io.agentmetrics.model.time.DayCalendar;
import org.jspecify.annotations.Nullable;

/**
 * What has been added up of one unit of work; several threads add the slices they read.
 * It knows how much memory it takes: one that takes more than its budget is abandoned, to
 * be read again in smaller parts.
 */
public final class UnitRollup {

	private final WorkUnit unit;

	private final AtomicInteger openSlices;

	private final LongAdder executions = new LongAdder();

	private final LongAdder counted = new LongAdder();

	private final Map<LocalDate, Agents> days;

	private final long budget;

	private final AtomicLong bytes = new AtomicLong();

	private volatile @Nullable List<WorkUnit> instead;

	/**
	 * Begins a unit.
	 * @param budget about how many bytes it may take
	 */
	public UnitRollup(WorkUnit unit, DayCalendar calendar, long budget) {
		this.unit = unit;
		this.budget = budget;
		this.openSlices = new AtomicInteger(unit.slices().size());
		this.days = unit.days()
			.stream()
			.collect(Collectors.toConcurrentMap((day) -> day, (day) -> new Agents(day, calendar.hoursOf(day))));
	}

	public WorkUnit unit() {
		return this.unit;
	}

	/**
	 * Adds executions, unless the unit is abandoned.
	 * @return whether they were added
	 */
	public boolean add(AgentHour part) {
		Agents day = this.days.get(part.hour().day());
		if (this.instead != null || day == null) {
			return false;
		}
		this.executions.add(part.executions());
		int growth = day.builder(part.agentId(), part.cell()).add(part);
		if (growth != 0 && this.bytes.addAndGet(growth) > this.budget) {
			relieve();
		}
		return true;
	}

	/** Gives up one agent's day, whose executions cannot be understood. */
	public void fail(UUID agentId, LocalDate date, Throwable cause) {
		Agents day = this.days.get(date);
		if (day != null) {
			day.builder(agentId, CellKey.NOT_SAID).fail(cause);
		}
	}

	/** Gives back what is not needed; if that is not enough, the unit is cut in two. */
	private synchronized void relieve() {
		if (this.instead != null || this.bytes.get() <= this.budget) {
			return;
		}
		long saved = 0;
		for (Agents day : this.days.values()) {
			for (AgentDayBuilder builder : day.builders().values()) {
				saved += builder.compact();
			}
		}
		// half of it, or the errors would be compacted again for every few messages more
		if (this.bytes.addAndGet(saved) > this.budget / 2 && this.unit.canBeHalved()) {
			abandonFor(this.unit.halves());
		}
	}

	/**
	 * Drops everything that was added; what is still read of this unit is not added.
	 * @param units to be done instead, which together are this unit
	 */
	public void abandonFor(List<WorkUnit> units) {
		this.instead = units;
		this.days.clear();
	}

	/**
	 * Returns what is to be done instead of this unit.
	 * @return smaller units, or none if this one holds
	 */
	public List<WorkUnit> instead() {
		List<WorkUnit> units = this.instead;
		return (units != null) ? units : List.of();
	}

	/** Returns about how many bytes this takes. */
	public long bytes() {
		return this.bytes.get();
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

	/** Takes a day out, so that its memory can go as soon as it is written. */
	public CompletedDay complete(LocalDate day) {
		return Objects.requireNonNull(this.days.remove(day), "Not a day of this unit, or taken out already").complete();
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

	/** One day's agents. */
	private record Agents(LocalDate day, int hours, Map<UUID, AgentDayBuilder> builders) {

		Agents(LocalDate day, int hours) {
			this(day, hours, new ConcurrentHashMap<>());
		}

		AgentDayBuilder builder(UUID agentId, CellKey firstCell) {
			AgentDayBuilder builder = this.builders.get(agentId);
			return (builder != null) ? builder : this.builders.computeIfAbsent(agentId,
					(agent) -> new AgentDayBuilder(agent, this.day, this.hours, firstCell));
		}

		/**
		 * Takes each builder out before the next is built, so that both are never held.
		 */
		CompletedDay complete() {
			List<CompletedAgentDay> agentDays = new ArrayList<>(this.builders.size());
			List<FailedAgentDay> failures = new ArrayList<>();
			for (Iterator<AgentDayBuilder> left = this.builders.values().iterator(); left.hasNext();) {
				left.next().complete(agentDays, failures);
				left.remove();
			}
			return new CompletedDay(this.day, agentDays, failures);
		}

	}

}
