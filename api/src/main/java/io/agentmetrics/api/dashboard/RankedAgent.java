package io.agentmetrics.api.dashboard;

import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.agent.Agent;

/**
 * An agent in a ranking, over the 30 calendar days before today as far as they are
 * closed.
 *
 * @param agent the agent
 * @param statistics what it is ranked by
 */
public record RankedAgent(Agent agent, WindowStatistics statistics) {

	public long totalExecutions() {
		return this.statistics.counts().total();
	}

	public double successRate() {
		return this.statistics.counts().successRate();
	}

	public double errorRate() {
		return this.statistics.counts().errorRate();
	}

}
