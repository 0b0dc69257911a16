package io.agentmetrics.api.health;

import java.util.Optional;

/**
 * What an agent's executions of one release did in the last 24 hours.
 *
 * @param version the release; empty for those that do not say theirs
 * @param finished the successful and failed ones
 * @param failed the failed ones
 * @param timed those with a measured time
 * @param slow how many of these took longer than 95 % usually do
 */
record ReleaseExecutions(Optional<String> version, long finished, long failed, long timed, long slow) {

	ReleaseExecutions plus(ReleaseExecutions more) {
		return new ReleaseExecutions(Optional.empty(), this.finished + more.finished, this.failed + more.failed,
				this.timed + more.timed, this.slow + more.slow);
	}

	/** Returns what is left without one that has been added. */
	ReleaseExecutions minus(ReleaseExecutions less) {
		return new ReleaseExecutions(Optional.empty(), this.finished - less.finished, this.failed - less.failed,
				this.timed - less.timed, this.slow - less.slow);
	}

}
