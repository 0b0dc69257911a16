package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.List;

import io.agentmetrics.model.time.DayHour;

/**
 * Whole days that are aggregated together: one huge day in several slices, or several
 * small days in one. Days are whole so that each can be written and closed when its unit
 * is done.
 *
 * @param to the day after the last
 * @param slices what to read, in time order, without gaps or overlaps
 * @param provisional whether the day is not over, so that it is only a preview
 * @param expectedBytes about how much memory adding it up takes
 * @param packed whether PostgreSQL may pack executions; {@code false} where that has
 * exceeded its limits
 */
public record WorkUnit(LocalDate from, LocalDate to, AgentSelection agents, List<Slice> slices, boolean provisional,
		long expectedBytes, boolean packed) {

	public WorkUnit {
		slices = List.copyOf(slices);
		if (slices.isEmpty() || !from.isBefore(to)) {
			throw new IllegalArgumentException("A unit of work has at least one day and one slice");
		}
		for (int i = 1; i < slices.size(); i++) {
			if (!slices.get(i).from().equals(slices.get(i - 1).to())) {
				throw new IllegalArgumentException("Between " + slices.get(i - 1) + " and " + slices.get(i)
						+ " executions would be lost or counted twice");
			}
		}
		DayHour first = slices.getFirst().hours().getFirst();
		DayHour last = slices.getLast().hours().getLast();
		if (!first.start().equals(slices.getFirst().from()) || !last.end().equals(slices.getLast().to())
				|| !first.day().equals(from) || first.hour() != 0 || !last.day().plusDays(1).equals(to)) {
			throw new IllegalArgumentException("The slices do not cover the days " + from + " to " + to);
		}
	}

	public List<LocalDate> days() {
		return this.from.datesUntil(this.to).toList();
	}

	/**
	 * Returns whether its agents can be cut in two.
	 * @return {@code false} where there is but one agent
	 */
	public boolean canBeHalved() {
		return !this.agents.halves().isEmpty();
	}

	/** Returns the same days of half of the agents each. */
	public List<WorkUnit> halves() {
		return this.agents.halves()
			.stream()
			.map((half) -> new WorkUnit(this.from, this.to, half, this.slices, this.provisional, this.expectedBytes / 2,
					this.packed))
			.toList();
	}

	/**
	 * Returns the same unit, of which each execution is read by itself.
	 * @return a unit that PostgreSQL reads without keeping anything
	 */
	public WorkUnit unpacked() {
		return new WorkUnit(this.from, this.to, this.agents, this.slices, this.provisional, this.expectedBytes, false);
	}

}
