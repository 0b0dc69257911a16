package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.List;

import io.agentmetrics.model.metrics.AgentDay;

/**
 * What came of one day of a unit.
 *
 * @param date the day
 * @param agentDays the day of each agent that had executions
 * @param failures the agents whose day could not be calculated
 */
public record CompletedDay(LocalDate date, List<AgentDay> agentDays, List<FailedCalculationException> failures) {

	public long executions() {
		return this.agentDays.stream().mapToLong((day) -> day.counts().total()).sum();
	}

}
