package io.agentmetrics.api.dashboard;

import java.util.List;

import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.metrics.ExecutionFilter;

/**
 * All agents together, in rolling windows up to now; exact.
 *
 * @param filter which of their executions count, in all that is asked of it, too
 */
public record Dashboard(ExecutionFilter filter, long totalAgents, DashboardTotals last24Hours,
		DashboardTotals last7Days, DashboardTotals last30Days, Provenance provenance) {

	/** Adds what the dashboard leaves out, one sentence each. */
	Dashboard missing(List<String> sentences) {
		return new Dashboard(this.filter, this.totalAgents, this.last24Hours, this.last7Days, this.last30Days,
				this.provenance.missing(sentences));
	}

	public long totalExecutions24h() {
		return this.last24Hours.totalExecutions();
	}

	public long totalExecutions7d() {
		return this.last7Days.totalExecutions();
	}

	public long totalExecutions30d() {
		return this.last30Days.totalExecutions();
	}

	public double averageSuccessRate() {
		return this.last30Days.successRate();
	}

}
