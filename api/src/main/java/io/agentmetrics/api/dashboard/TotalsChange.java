package io.agentmetrics.api.dashboard;

import io.agentmetrics.api.metrics.ValueChange;
import io.agentmetrics.model.metrics.ExecutionCounts;

/**
 * How the executions of all agents changed; the type of the same name of the GraphQL
 * schema.
 *
 * @param comparable whether the window before is all there: there were executions before
 * it began
 */
record TotalsChange(boolean comparable, ValueChange totalExecutions, ValueChange failedExecutions,
		ValueChange successRate, ValueChange errorRate) {

	static TotalsChange between(DashboardTotals current, DashboardTotals previous, boolean comparable) {
		ExecutionCounts now = current.finished();
		ExecutionCounts before = previous.finished();
		return new TotalsChange(comparable,
				ValueChange.ofCounts(current.totalExecutions(), previous.totalExecutions()).significantIf(comparable),
				ValueChange.ofCounts(current.failedExecutions(), previous.failedExecutions()).significantIf(comparable),
				ValueChange.ofSuccessRates(now, before).significantIf(comparable),
				ValueChange.ofErrorRates(now, before).significantIf(comparable));
	}

}
