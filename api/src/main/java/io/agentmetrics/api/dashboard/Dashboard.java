package io.agentmetrics.api.dashboard;

import io.agentmetrics.api.ledger.Provenance;

/**
 * All agents together, in rolling windows up to now; exact.
 *
 * @param totalAgents how many agents there are
 * @param totalExecutions24h executions of the last 24 hours
 * @param totalExecutions7d executions of the last 7 times 24 hours
 * @param totalExecutions30d executions of the last 30 times 24 hours
 * @param averageSuccessRate percent of all finished executions of the last 30 times 24
 * hours, with two decimals
 * @param provenance where the counts come from
 */
public record Dashboard(long totalAgents, long totalExecutions24h, long totalExecutions7d, long totalExecutions30d,
		double averageSuccessRate, Provenance provenance) {
}
