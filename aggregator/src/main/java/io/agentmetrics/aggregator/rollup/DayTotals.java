package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;

import io.agentmetrics.model.metrics.AgentDay;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * All agents' executions of one day.
 */
public record DayTotals(LocalDate date, long agents, ExecutionCounts counts, HourlyCounts hours, LatencySketch times) {

	/** Adds up the agents of one day. */
	public static DayTotals of(LocalDate date, int hours, Iterable<CompletedAgentDay> agentDays) {
		Builder totals = new Builder(date, hours);
		for (CompletedAgentDay completed : agentDays) {
			AgentDay agentDay = completed.day();
			totals.add(agentDay.counts(), agentDay.hours(), agentDay.times());
		}
		return totals.build();
	}

	/**
	 * Adds other agents of the same day.
	 * @param more the sum of agents that are not counted here
	 */
	public DayTotals plus(DayTotals more) {
		return new DayTotals(this.date, this.agents + more.agents, this.counts.plus(more.counts),
				this.hours.plus(more.hours), this.times.plus(more.times));
	}

	/** Adds up agents one by one, without keeping them; for one thread at a time. */
	public static final class Builder {

		private final LocalDate date;

		private long agents;

		private ExecutionCounts counts = ExecutionCounts.empty();

		private final HourlyCounts.Builder hours;

		private final LatencySketch.Builder times = LatencySketch.builder();

		/** Begins a day. */
		public Builder(LocalDate date, int hours) {
			this.date = date;
			this.hours = HourlyCounts.builder(hours);
		}

		/** Adds an agent. */
		public Builder add(ExecutionCounts moreCounts, HourlyCounts moreHours, LatencySketch moreTimes) {
			this.agents++;
			this.counts = this.counts.plus(moreCounts);
			this.hours.add(moreHours);
			this.times.add(moreTimes);
			return this;
		}

		/** Returns what was added. */
		public DayTotals build() {
			return new DayTotals(this.date, this.agents, this.counts, this.hours.build(), this.times.build());
		}

	}

}
