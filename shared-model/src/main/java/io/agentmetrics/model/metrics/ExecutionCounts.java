package io.agentmetrics.model.metrics;

import io.agentmetrics.model.number.Percent;
import io.agentmetrics.model.number.SaturatingSum;

/**
 * Numbers of executions by how they ended.
 *
 * @param successful executions that ended as they should
 * @param failed executions that failed or timed out
 * @param cancelled executions that somebody stopped
 * @param inProgress executions that have not ended yet
 * @param errors executions with an error message, whatever their status
 */
public record ExecutionCounts(long successful, long failed, long cancelled, long inProgress, long errors) {

	private static final ExecutionCounts EMPTY = new ExecutionCounts(0, 0, 0, 0, 0);

	public ExecutionCounts {
		requireNotNegative("successful", successful);
		requireNotNegative("failed", failed);
		requireNotNegative("cancelled", cancelled);
		requireNotNegative("inProgress", inProgress);
		requireNotNegative("errors", errors);
	}

	/**
	 * Returns no executions.
	 */
	public static ExecutionCounts empty() {
		return EMPTY;
	}

	/**
	 * Adds other executions to these.
	 */
	public ExecutionCounts plus(ExecutionCounts more) {
		return new ExecutionCounts(SaturatingSum.of(this.successful, more.successful),
				SaturatingSum.of(this.failed, more.failed), SaturatingSum.of(this.cancelled, more.cancelled),
				SaturatingSum.of(this.inProgress, more.inProgress), SaturatingSum.of(this.errors, more.errors));
	}

	/**
	 * Returns how many executions there are, whatever became of them.
	 * @return successful, failed, cancelled and in progress together
	 */
	public long total() {
		return SaturatingSum.of(finished(), SaturatingSum.of(this.cancelled, this.inProgress));
	}

	/**
	 * Returns how many executions count towards the rates.
	 * @return successful and failed together
	 */
	public long finished() {
		return SaturatingSum.of(this.successful, this.failed);
	}

	/**
	 * Returns the share of the finished executions that was successful. Running and
	 * cancelled executions do not drag it down.
	 * @return percent, rounded by {@link Percent}; 0.0 when none has finished, because
	 * that is what the product promises its clients: {@link #total()} and the trend tell
	 * it from all having failed
	 */
	public double successRate() {
		return Percent.of(this.successful, finished());
	}

	/**
	 * Returns the share of the finished executions that failed.
	 * @return percent; 0.0 when none has finished, see {@link #successRate()}
	 */
	public double errorRate() {
		return Percent.of(this.failed, finished());
	}

	private static void requireNotNegative(String name, long count) {
		if (count < 0) {
			throw new IllegalArgumentException("The count '" + name + "' is negative: " + count);
		}
	}

}
