package io.agentmetrics.api.metrics;

/**
 * Where an agent's metrics are taken from.
 */
public enum MetricType {

	/** The raw executions up to now. */
	REALTIME,

	/** Closed days, and the raw executions of every other day. */
	HYBRID,

	/** The aggregator's rows of closed days. */
	AGGREGATED

}
