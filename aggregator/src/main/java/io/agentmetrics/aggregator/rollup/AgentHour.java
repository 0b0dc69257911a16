package io.agentmetrics.aggregator.rollup;

import java.util.List;
import java.util.UUID;

import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.DayHour;

/**
 * Executions of one agent that started in one hour, as they leave PostgreSQL: packed.
 *
 * @param timesMs the measured times in milliseconds, in no order
 * @param exceptions the status of each execution that is not COMPLETED
 * @param errors the executions that failed or have an error message; those with long
 * messages come apart from the others
 */
public record AgentHour(UUID agentId, DayHour hour, int executions, long[] timesMs, List<ExecutionStatus> exceptions,
		List<ErrorOccurrence> errors) {

	public AgentHour {
		if (exceptions.size() > executions || timesMs.length > executions) {
			throw new IllegalArgumentException("Agent %s, %s: %d executions cannot have %d times, %d exceptions"
				.formatted(agentId, hour, executions, timesMs.length, exceptions.size()));
		}
	}

}
