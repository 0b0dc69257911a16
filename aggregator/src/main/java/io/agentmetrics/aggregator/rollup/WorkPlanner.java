package io.agentmetrics.aggregator.rollup;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;

import io.agentmetrics.model.sketch.LatencySketch;
import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.DayHour;

/**
 * Cuts days into units of about the same number of executions, so that memory grows
 * neither with the size of a day nor with the number of days.
 */
public final class WorkPlanner {

	/** Small days share a unit up to this many executions. */
	static final long UNIT_EXECUTIONS = 50_000;

	/** A day with more than this is read hour by hour. */
	public static final long DENSE_DAY_EXECUTIONS = 240_000;

	/** What PostgreSQL groups at once; as packed arrays about 10 bytes each. */
	static final long SLICE_EXECUTIONS = 1_000_000;

	/** Bounds the list of slices. */
	private static final int MAX_SLICES_PER_HOUR = 1_000;

	/** Bounds the list of hours in one statement. */
	static final int UNIT_DAYS = 31;

	/**
	 * Each unit of scattered days may read all scattered executions, so few units share
	 * them: enough to keep the workers busy, and no bigger than one slice.
	 */
	static final int SCATTERED_UNITS = 4;

	/** The same bound for scattered days, of which one unit may hold a year. */
	static final int SCATTERED_UNIT_DAYS = 366;

	/** What adding up takes of an agent's day, its times apart. */
	private static final long AGENT_DAY_BYTES = 500;

	/** What the times of a day take when they are many, for each doubling. */
	private static final long SKETCH_BYTES = 2_000;

	private final DayCalendar calendar;

	private final long agents;

	/**
	 * Begins to plan.
	 * @param calendar knows when days begin
	 * @param agents about how many agents there are
	 */
	public WorkPlanner(DayCalendar calendar, long agents) {
		this.calendar = calendar;
		this.agents = agents;
	}

	/**
	 * Estimates how much memory adding up days takes. It grows ever less with the
	 * executions of an agent's day, so that it is most when all of them have equally
	 * many.
	 */
	private long expectedBytes(AgentSelection selection, int days, long executions) {
		long selected = switch (selection) {
			case AgentSelection.Sharded some -> Math.ceilDiv(this.agents, some.divisor());
			case AgentSelection.Only(var only) -> only.size();
		};
		long active = Math.clamp(selected * days, 1, Math.max(1, executions));
		long each = executions / active;
		long timesBytes = (each <= LatencySketch.EXACT_LIMIT) ? 2L * Long.BYTES * each
				: SKETCH_BYTES * (Long.SIZE - Long.numberOfLeadingZeros(each) - 6);
		return active * (AGENT_DAY_BYTES + timesBytes);
	}

	/**
	 * Plans complete days.
	 * @param days the days in order, gaps allowed
	 * @param estimates what is known of a day's executions
	 * @param shard whose agents
	 * @return units in time order that cover each day once
	 */
	public List<WorkUnit> wholeDays(List<LocalDate> days, Function<LocalDate, DayEstimate> estimates, Shard shard) {
		AgentSelection agents = new AgentSelection.Sharded(shard);
		long scatteredUnit = scatteredUnitExecutions(days, estimates);
		List<WorkUnit> units = new ArrayList<>();
		List<LocalDate> together = new ArrayList<>();
		DayEstimate sum = DayEstimate.NOTHING;
		for (LocalDate day : days) {
			DayEstimate more = estimates.apply(day);
			boolean joins = !together.isEmpty() && together.getLast().plusDays(1).equals(day)
					&& more.scattered() == sum.scattered()
					&& together.size() < (sum.scattered() ? SCATTERED_UNIT_DAYS : UNIT_DAYS)
					&& sum.executions() + more.executions() <= (sum.scattered() ? scatteredUnit : UNIT_EXECUTIONS);
			if (!together.isEmpty() && !joins) {
				units.add(unit(together, agents, sum, false));
				together.clear();
			}
			sum = together.isEmpty() ? more : sum.plus(more.executions());
			together.add(day);
		}
		if (!together.isEmpty()) {
			units.add(unit(together, agents, sum, false));
		}
		return units;
	}

	private static long scatteredUnitExecutions(List<LocalDate> days, Function<LocalDate, DayEstimate> estimates) {
		long scattered = days.stream()
			.map(estimates)
			.filter(DayEstimate::scattered)
			.mapToLong(DayEstimate::executions)
			.sum();
		return Math.clamp(Math.ceilDiv(scattered, SCATTERED_UNITS), UNIT_EXECUTIONS, SLICE_EXECUTIONS);
	}

	/**
	 * Plans single agents' days.
	 * @param agentsByDay which agents on which day
	 * @return one unit per day
	 */
	public List<WorkUnit> agentDays(SortedMap<LocalDate, AgentSelection.Only> agentsByDay) {
		return agentsByDay.entrySet()
			.stream()
			.map((entry) -> unit(List.of(entry.getKey()), entry.getValue(), DayEstimate.NOTHING, false))
			.toList();
	}

	/**
	 * Plans a preview of a day that is not over.
	 * @param day the day
	 * @param agents whose executions
	 * @param estimate what is known of them
	 * @return the unit
	 */
	public WorkUnit provisional(LocalDate day, AgentSelection agents, DayEstimate estimate) {
		return unit(List.of(day), agents, estimate, true);
	}

	private WorkUnit unit(List<LocalDate> days, AgentSelection agents, DayEstimate estimate, boolean provisional) {
		long executions = estimate.executions();
		long bytes = expectedBytes(agents, days.size(), executions);
		LocalDate from = days.getFirst();
		LocalDate to = days.getLast().plusDays(1);
		List<DayHour> hours = this.calendar.hours(from, to);
		if (executions <= (estimate.scattered() ? SLICE_EXECUTIONS : DENSE_DAY_EXECUTIONS)) {
			return new WorkUnit(from, to, agents,
					List.of(new Slice(hours.getFirst().start(), hours.getLast().end(), hours)), provisional, bytes,
					true);
		}
		long slicesPerHour = Math.clamp(Math.ceilDiv(estimate.busiestHour(), SLICE_EXECUTIONS), 1, MAX_SLICES_PER_HOUR);
		List<Slice> slices = new ArrayList<>();
		for (DayHour hour : hours) {
			cut(hour, slicesPerHour, slices);
		}
		return new WorkUnit(from, to, agents, slices, provisional, bytes, true);
	}

	private static void cut(DayHour hour, long parts, List<Slice> slices) {
		Duration length = Duration.between(hour.start(), hour.end()).dividedBy(parts);
		Instant start = hour.start();
		for (long part = 1; part <= parts; part++) {
			Instant end = (part < parts) ? start.plus(length) : hour.end();
			slices.add(new Slice(start, end, List.of(hour)));
			start = end;
		}
	}

}
