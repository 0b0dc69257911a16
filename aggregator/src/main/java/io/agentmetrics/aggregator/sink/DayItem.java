package io.agentmetrics.aggregator.sink;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.DayTotals;
import io.agentmetrics.aggregator.rollup.UnitParts;
import io.agentmetrics.model.metrics.AgentDay;

/**
 * What the job writes, in this order: the agents of one or more days, then the days
 * themselves.
 */
public sealed interface DayItem {

	/**
	 * Agents' days.
	 *
	 * @param agentDays the days, each of another agent or date
	 * @param fresh whether nothing is stored of these dates yet, so that nothing needs to
	 * be replaced
	 * @param provisional whether their day is not over
	 */
	record Agents(List<AgentDay> agentDays, boolean fresh, boolean provisional) implements DayItem {
	}

	/**
	 * The selected agents of a day that were all written.
	 *
	 * @param date the day
	 * @param selection which agents were aggregated
	 * @param present those of them with executions; the others lose their rows
	 * @param fresh whether nothing had been stored of this day, so that nothing is left
	 * over
	 */
	record Present(LocalDate date, AgentSelection selection, List<UUID> present, boolean fresh) {
	}

	/**
	 * The last of a part of a unit: its days are done when all parts are.
	 *
	 * @param days the days, each with the agents of this part
	 * @param parts the unit that it is a part of
	 */
	record Part(List<Present> days, UnitParts parts) implements DayItem {
	}

	/**
	 * The selected agents of a day were all written.
	 *
	 * @param agents whose rows are to be there, and no others
	 * @param executions how many executions went in
	 * @param agentCount how many agents had any
	 * @param totals the sum of all agents, where all were aggregated together
	 * @param provisional whether the day is not over, so that it cannot be closed
	 */
	record Day(Present agents, long executions, long agentCount, Optional<DayTotals> totals,
			boolean provisional) implements DayItem {

		public LocalDate date() {
			return this.agents.date();
		}

	}

}
