package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.UUID;

import io.agentmetrics.model.metrics.AgentDay;

/**
 * An agent's day as it is stored.
 *
 * @param day all its executions
 * @param cells the same executions by release and environment
 */
public record CompletedAgentDay(AgentDay day, Cells cells) {

	public UUID agentId() {
		return this.day.agentId();
	}

	public LocalDate date() {
		return this.day.date();
	}

}
