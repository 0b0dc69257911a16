package io.agentmetrics.api.agent;

/**
 * Where an agent's metrics are taken from.
 */
public enum MetricType {

	/** The raw executions up to now. */
	REALTIME,

	/** The aggregator's rows of closed days. */
	AGGREGATED

}
