package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.number.Percent;

/**
 * What ran of one release of an agent in a window; the type of the same name of the
 * GraphQL schema.
 *
 * @param version what it is called; empty for the executions that do not say it
 * @param firstRun when the first of its executions in the window started; the start of
 * the hour if that has been dropped
 * @param lastRun the same of the last
 * @param ofExecutions how many executions of the agent match the filter, of whatever
 * release
 */
public record Release(Optional<String> version, Instant firstRun, Instant lastRun, long ofExecutions, Metrics metrics) {

	/** Returns how many percent of the executions were of this release. */
	public double share() {
		return Percent.of(totalExecutions(), this.ofExecutions);
	}

	public long totalExecutions() {
		return counts().total();
	}

	public long successfulExecutions() {
		return counts().successful();
	}

	public long failedExecutions() {
		return counts().failed();
	}

	public long cancelledExecutions() {
		return counts().cancelled();
	}

	public long inProgressExecutions() {
		return counts().inProgress();
	}

	public long totalErrors() {
		return counts().errors();
	}

	public double successRate() {
		return counts().successRate();
	}

	public double errorRate() {
		return counts().errorRate();
	}

	private ExecutionCounts counts() {
		return this.metrics.counts();
	}

	/**
	 * A release of an agent.
	 */
	record Key(UUID agentId, Optional<String> version) {
	}

}
