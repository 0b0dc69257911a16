package io.agentmetrics.api.exposition;

import java.util.OptionalInt;
import java.util.UUID;

import io.agentmetrics.model.execution.ExecutionStatus;

/**
 * Executions of one agent that ended alike.
 *
 * @param status how they ended: a terminal status
 * @param errorType the platform's error type as it is stored, empty where there is none
 * or none was to be expected
 * @param bucket which of {@link AgentTotals#BOUNDS_SECONDS} is the first they fit in, one
 * past the last for none of them; empty when they were not timed
 * @param executions how many
 * @param sumMs how long they took together, in milliseconds
 * @param version their release; empty where releases are not told apart, and where none
 * is said
 * @param usage what they used together
 */
record FinishedRuns(UUID agentId, ExecutionStatus status, String errorType, OptionalInt bucket, long executions,
		double sumMs, String version, Usage usage) {

	FinishedRuns {
		if (status.isInProgress()) {
			throw new IllegalArgumentException("Executions that are " + status + " have not finished");
		}
	}

}
