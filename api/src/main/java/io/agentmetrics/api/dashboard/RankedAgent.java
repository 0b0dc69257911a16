package io.agentmetrics.api.dashboard;

import io.agentmetrics.api.metrics.source.Metrics;
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

}
