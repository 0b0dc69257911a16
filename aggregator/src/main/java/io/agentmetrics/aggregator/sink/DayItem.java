package io.agentmetrics.aggregator.sink;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.DayTotals;
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
	 * The selected agents of a day were all written.
	 *
	 * @param date the day
	 * @param selection which agents were aggregated
	 * @param present those of them with executions; the others lose their rows
	 * @param executions how many executions went in
	 * @param totals the sum of all agents, where all were aggregated together
	 * @param executionsPerSecond how fast they were read and added up
	 * @param fresh whether nothing had been stored of this day, so that nothing is left
	 * over
	 * @param provisional whether the day is not over, so that it cannot be closed
	 */
	record Day(LocalDate date, AgentSelection selection, List<UUID> present, long executions,
			Optional<DayTotals> totals, long executionsPerSecond, boolean fresh,
			boolean provisional) implements DayItem {
	}

}
