package io.agentmetrics.api.agent;

import io.agentmetrics.api.window.TimeRange;

/**
 * What is asked about an agent.
 *
 * @param timeRange how far to look back
 * @param metricType where to take the answer from
 * @param withErrors whether the groups of errors are wanted, which cost a statement
 */
public record MetricsQuestion(TimeRange timeRange, MetricType metricType, boolean withErrors) {
}
