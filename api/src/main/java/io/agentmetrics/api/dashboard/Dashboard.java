package io.agentmetrics.api.dashboard;

import io.agentmetrics.api.ledger.Provenance;

/**
 * All agents together, in rolling windows up to now; exact.
 *
 * @param totalAgents how many agents there are
 * @param last24Hours the last 24 hours
 * @param last7Days the last 7 times 24 hours
 * @param last30Days the last 30 times 24 hours
 * @param provenance where the counts come from
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
