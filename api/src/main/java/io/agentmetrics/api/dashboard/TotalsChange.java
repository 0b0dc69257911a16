package io.agentmetrics.api.dashboard;

import io.agentmetrics.api.change.ValueChange;
import io.agentmetrics.model.metrics.ExecutionCounts;

/**
 * How the executions of all agents changed; the type of the same name of the GraphQL
 * schema.
 *
 * @param totalExecutions the change of all executions
 * @param failedExecutions the change of the failed ones
 * @param successRate the change of the success rate
 * @param errorRate the change of the error rate
 */
public record TotalsChange(ValueChange totalExecutions, ValueChange failedExecutions, ValueChange successRate,
		ValueChange errorRate) {

	static TotalsChange between(DashboardTotals current, DashboardTotals previous) {
		ExecutionCounts now = current.finished();
		ExecutionCounts before = previous.finished();
		return new TotalsChange(ValueChange.ofCounts(current.totalExecutions(), previous.totalExecutions()),
				ValueChange.ofCounts(current.failedExecutions(), previous.failedExecutions()),
				ValueChange.ofSuccessRates(now, before), ValueChange.ofErrorRates(now, before));
	}

}
