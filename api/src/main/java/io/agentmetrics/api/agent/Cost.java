package io.agentmetrics.api.agent;

import java.math.BigDecimal;
import java.util.Optional;

import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.metrics.source.Metrics;
import io.agentmetrics.api.metrics.source.UsageTotals;

/**
 * What executions cost; the type of the same name of the GraphQL schema.
 *
 * @param count how many executions report a cost
 * @param totalUsd the exact sum
 * @param perExecutionUsd the sum by those that report a cost; empty if none does
 * @param perSuccessfulExecutionUsd the sum, of failed executions too, by the successful
 * ones; empty if there are none, or no execution reports a cost
 */
record Cost(long count, BigDecimal totalUsd, Optional<BigDecimal> perExecutionUsd,
		Optional<BigDecimal> perSuccessfulExecutionUsd) {

	static Cost of(Metrics metrics) {
		UsageTotals usage = metrics.usage();
		return new Cost(usage.costExecutions(), usage.costUsd(),
				Rounding.averageUsd(usage.costUsd(), usage.costExecutions()), (usage.costExecutions() > 0)
						? Rounding.averageUsd(usage.costUsd(), metrics.counts().successful()) : Optional.empty());
	}

}
