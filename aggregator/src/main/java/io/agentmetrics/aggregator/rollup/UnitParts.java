package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A unit of work whose agents are done in parts, because all of them at once take too
 * much memory: what the parts add up to, and whether all of them are stored.
 */
public final class UnitParts {

	private final WorkUnit unit;

	private int open = 1;

	private final Map<LocalDate, Sum> days = new TreeMap<>();

	/** Begins with the unit as a whole as its only part. */
	public UnitParts(WorkUnit unit) {
		this.unit = unit;
		unit.days().forEach((day) -> this.days.put(day, Sum.EMPTY));
	}

	public WorkUnit unit() {
		return this.unit;
	}

	/**
	 * Notes that a part was cut.
	 * @param into the number of parts that it is now
	 */
	public synchronized void cut(int into) {
		this.open += into - 1;
	}

	/** Adds what came of a day in one part. */
	public synchronized void add(LocalDate date, Sum part) {
		this.days.merge(date, part, Sum::plus);
	}

	/**
	 * Notes that a part is stored.
	 * @return {@code true} to exactly one caller: the one whose part was the last
	 */
	public synchronized boolean partStored() {
		this.open--;
		return this.open == 0;
	}

	/**
	 * Returns what the parts add up to.
	 * @return its sum as far as it was added
	 */
	public synchronized Sum sumOf(LocalDate date) {
		return this.days.getOrDefault(date, Sum.EMPTY);
	}

	/**
	 * Some agents of a day.
	 *
	 * @param totals what all of it is, where that is asked for
	 */
	public record Sum(long executions, long agents, Optional<DayTotals> totals) {

		/** No agents, and no totals asked for. */
		public static final Sum EMPTY = new Sum(0, 0, Optional.empty());

		Sum plus(Sum more) {
			return new Sum(this.executions + more.executions, this.agents + more.agents,
					this.totals.map((sum) -> more.totals.map(sum::plus).orElse(sum)).or(more::totals));
		}

	}

}
