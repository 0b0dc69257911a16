package io.agentmetrics.api.dashboard;

import io.agentmetrics.api.ledger.Provenance;

/**
 * All agents together, in rolling windows up to now; exact.
 */
public record Dashboard(long totalAgents, DashboardTotals last24Hours, DashboardTotals last7Days,
		DashboardTotals last30Days, Provenance provenance) {

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
