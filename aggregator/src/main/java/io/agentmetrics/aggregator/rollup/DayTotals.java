package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;

import io.agentmetrics.model.metrics.AgentDay;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * All agents' executions of one day.
 *
 * @param date the day
 * @param agents how many agents had executions
 * @param counts how many ended how
 * @param hours how many started in each hour
 * @param times how long they took
 */
public record DayTotals(LocalDate date, long agents, ExecutionCounts counts, HourlyCounts hours, LatencySketch times) {

	/**
	 * Adds up the agents of one day.
	 * @param date the day
	 * @param hours how many hours it has
	 * @param agentDays that day of each agent
	 * @return their sum
	 */
	public static DayTotals of(LocalDate date, int hours, Iterable<AgentDay> agentDays) {
		long agents = 0;
		ExecutionCounts counts = ExecutionCounts.empty();
		HourlyCounts.Builder byHour = HourlyCounts.builder(hours);
		LatencySketch.Builder times = LatencySketch.builder();
		for (AgentDay agentDay : agentDays) {
			agents++;
			counts = counts.plus(agentDay.counts());
			byHour.add(agentDay.hours());
			times.add(agentDay.times());
		}
		return new DayTotals(date, agents, counts, byHour.build(), times.build());
	}

}
