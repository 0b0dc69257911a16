package io.agentmetrics.model.metrics;

import java.time.LocalDate;
import java.util.Objects;
import java.util.UUID;

import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * The metrics of one agent's executions that started on one day.
 *
 * @param date the day in the installation's zone
 * @param counts how many ended how
 * @param hours how many started in each hour
 * @param times how long they took
 * @param usage what they report of tokens and costs
 * @param errors what failed
 */
public record AgentDay(UUID agentId, LocalDate date, ExecutionCounts counts, HourlyCounts hours, LatencySketch times,
		Usage usage, ErrorGroups errors) {

	public AgentDay {
		Objects.requireNonNull(agentId, "An agent's day has an agent");
		Objects.requireNonNull(date, "An agent's day has a date");
	}

	/** Of executions that report neither tokens nor costs. */
	public AgentDay(UUID agentId, LocalDate date, ExecutionCounts counts, HourlyCounts hours, LatencySketch times,
			ErrorGroups errors) {
		this(agentId, date, counts, hours, times, Usage.empty(), errors);
	}

	/**
	 * Adds another part of the same agent's same day.
	 * @param part executions that are not yet counted here
	 * @throws IllegalArgumentException if the agent, the day or its hours differ
	 */
	public AgentDay plus(AgentDay part) {
		if (!this.agentId.equals(part.agentId) || !this.date.equals(part.date)) {
			throw new IllegalArgumentException("Cannot add " + part.date + " of agent " + part.agentId + " to "
					+ this.date + " of agent " + this.agentId);
		}
		return new AgentDay(this.agentId, this.date, this.counts.plus(part.counts), this.hours.plus(part.hours),
				this.times.plus(part.times), this.usage.plus(part.usage), this.errors.plus(part.errors));
	}

}
