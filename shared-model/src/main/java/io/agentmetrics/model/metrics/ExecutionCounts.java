package io.agentmetrics.model.metrics;

/**
 * How many executions ended how.
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
	 * @return zeros
	 */
	public static ExecutionCounts empty() {
		return EMPTY;
	}

	/**
	 * Adds other executions to these.
	 * @param more the other executions
	 * @return both together
	 * @throws ArithmeticException if a count exceeds 64 bits
	 */
	public ExecutionCounts plus(ExecutionCounts more) {
		return new ExecutionCounts(Math.addExact(this.successful, more.successful),
				Math.addExact(this.failed, more.failed), Math.addExact(this.cancelled, more.cancelled),
				Math.addExact(this.inProgress, more.inProgress), Math.addExact(this.errors, more.errors));
	}

	/**
	 * Returns how many executions there are, whatever became of them.
	 * @return successful, failed, cancelled and in progress together
	 * @throws ArithmeticException if the total exceeds 64 bits
	 */
	public long total() {
		return Math.addExact(finished(), Math.addExact(this.cancelled, this.inProgress));
	}

	/**
	 * Returns how many executions count towards the rates.
	 * @return successful and failed together
	 * @throws ArithmeticException if the sum exceeds 64 bits
	 */
	public long finished() {
		return Math.addExact(this.successful, this.failed);
	}

	/**
	 * Returns the share of the finished executions that was successful. Running and
	 * cancelled executions do not drag it down.
	 * @return percent; 0.0 when none has finished, because that is what the product
	 * promises its clients: {@link #total()} and the trend tell it from all having failed
	 */
	public double successRate() {
		return percentOfFinished(this.successful);
	}

	/**
	 * Returns the share of the finished executions that failed.
	 * @return percent; 0.0 when none has finished, see {@link #successRate()}
	 */
	public double errorRate() {
		return percentOfFinished(this.failed);
	}

	private double percentOfFinished(long part) {
		long finished = finished();
		return (finished > 0) ? 100.0 * part / finished : 0.0;
	}

	private static void requireNotNegative(String name, long count) {
		if (count < 0) {
			throw new IllegalArgumentException("The count '" + name + "' is negative: " + count);
		}
	}

}
