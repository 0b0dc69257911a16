package io.agentmetrics.api.metrics.source;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.Period;

/**
 * A question about agents' releases.
 *
 * @param filter which executions are looked at
 * @param first how many releases of each agent, those that ran last
 * @param fields what the answer has to have of each
 */
public record ReleasesQuestion(Period period, ExecutionFilter filter, int first, MetricsFields fields) {
}
