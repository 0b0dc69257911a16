package io.agentmetrics.aggregator.rollup;

import java.util.List;
import java.util.UUID;

import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.DayHour;

/**
 * Executions of one agent and cell that started in one hour, as they leave PostgreSQL:
 * packed.
 *
 * @param cell which release ran, and where
 * @param timesMs the measured times in milliseconds, in no order
 * @param exceptions the status of each execution that is not COMPLETED
 * @param errors the executions that failed or have an error message; those with long
 * messages come apart from the others
 * @param usage what they report of tokens and costs
 */
public record AgentHour(UUID agentId, DayHour hour, CellKey cell, int executions, long[] timesMs,
		List<ExecutionStatus> exceptions, List<ErrorOccurrence> errors, ReportedUsage usage) {

	public AgentHour {
		if (exceptions.size() > executions || timesMs.length > executions) {
			throw new IllegalArgumentException("Agent %s, %s: %d executions cannot have %d times, %d exceptions"
				.formatted(agentId, hour, executions, timesMs.length, exceptions.size()));
		}
		if (usage.tokensPerRun().length > executions || usage.costs() > executions) {
			throw new IllegalArgumentException(
					"Agent %s, %s: %d executions cannot report tokens %d times, costs %d times".formatted(agentId, hour,
							executions, usage.tokensPerRun().length, usage.costs()));
		}
	}

	/** Of executions that say nothing of releases, tokens and costs. */
	public AgentHour(UUID agentId, DayHour hour, int executions, long[] timesMs, List<ExecutionStatus> exceptions,
			List<ErrorOccurrence> errors) {
		this(agentId, hour, CellKey.NOT_SAID, executions, timesMs, exceptions, errors, ReportedUsage.NONE);
	}

}
