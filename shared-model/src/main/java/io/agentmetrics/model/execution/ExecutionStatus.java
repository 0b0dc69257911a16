package io.agentmetrics.model.execution;

/**
 * The status of an execution. Every count and rate of the product is defined by its four
 * methods.
 */
public enum ExecutionStatus {

	/** Accepted, not started yet. */
	PENDING,

	/** Started, not ended yet. */
	RUNNING,

	/** Ended as it should: the only successful status. */
	COMPLETED,

	/** Ended with an error. */
	FAILED,

	/** Ended because it took too long: counts as failed. */
	TIMEOUT,

	/** Ended because somebody stopped it: neither successful nor failed. */
	CANCELLED;

	public boolean isSuccessful() {
		return this == COMPLETED;
	}

	public boolean isFailed() {
		return this == FAILED || this == TIMEOUT;
	}

	/**
	 * Returns whether this counts towards the success and error rates.
	 * @return {@code true} for successful and failed executions
	 */
	public boolean isFinished() {
		return isSuccessful() || isFailed();
	}

	public boolean isInProgress() {
		return this == PENDING || this == RUNNING;
	}

}
