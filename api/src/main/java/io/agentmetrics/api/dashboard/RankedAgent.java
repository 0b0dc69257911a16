package io.agentmetrics.api.dashboard;

import java.util.OptionalLong;

import io.agentmetrics.api.metrics.source.Metrics;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.model.agent.Agent;

/**
 * An agent in a ranking, over the 30 calendar days before today as far as they are
 * closed.
 */
record RankedAgent(Agent agent, Metrics metrics) {

	public long totalExecutions() {
		return this.metrics.counts().total();
	}

	public double successRate() {
		return this.metrics.counts().successRate();
	}

	public double errorRate() {
		return this.metrics.counts().errorRate();
	}

	/**
	 * Returns the time that 95 % of its executions took at most, in ms.
	 * @return empty without timed executions
	 * @throws ProblemException if what is stored of the times cannot be read
	 */
	public OptionalLong p95Ms() {
		return this.metrics.times()
			.orElseThrow(() -> ProblemException.unreadableTimes("agent " + this.agent.id()))
			.p95Ms();
	}

}
