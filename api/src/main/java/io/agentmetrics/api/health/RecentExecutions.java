package io.agentmetrics.api.health;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The executions of an agent in the last 24 hours, and the last ones before where these
 * are few.
 *
 * @param total its executions of the last 24 hours
 * @param finished the successful and failed ones of them
 * @param failed the failed ones of them
 * @param timed those of them with a measured time
 * @param p95Ms the time within which 95 % of those ended
 * @param slow how many of those took longer than 95 % usually do
 * @param inProgress all that are in progress now, whenever they started
 * @param stuck those in progress for too long
 * @param longestMs how long the first of those in progress has been so; 0 without any
 * @param lastSeen when the last one of them all ended, or of the days before, or started
 * where it is not known how long it took; empty without any
 * @param last the last finished ones, where too few are finished to judge by
 */
record RecentExecutions(long total, long finished, long failed, long timed, OptionalLong p95Ms, long slow,
		long inProgress, long stuck, long longestMs, Optional<Instant> lastSeen, LastExecutions last) {

	static final RecentExecutions NONE = new RecentExecutions(0, 0, 0, 0, OptionalLong.empty(), 0, 0, 0, 0,
			Optional.empty(), LastExecutions.NONE);

	/** Whether it runs now: executions that are stuck are no sign of life. */
	boolean isRunning() {
		return this.inProgress > this.stuck;
	}

	/** Whether the agent has done nothing in the last 24 hours, and does nothing now. */
	boolean isIdle() {
		return this.total == 0 && this.inProgress == 0;
	}

	double errorRatePercent() {
		return (this.finished > 0) ? 100.0 * this.failed / this.finished : 0.0;
	}

}
