package io.agentmetrics.model.metrics;

import io.agentmetrics.model.sketch.ErrorGroups;

/**
 * The answer about one or many agents over a window.
 *
 * @param counts how many executions ended how
 * @param times how long they took
 * @param errors what failed
 * @param trend whether they succeed more or less often than before
 */
public record AgentMetrics(ExecutionCounts counts, ExecutionTimes times, ErrorGroups errors, Trend trend) {

	private static final AgentMetrics EMPTY = new AgentMetrics(ExecutionCounts.empty(), ExecutionTimes.empty(),
			ErrorGroups.empty(), Trend.NO_DATA);

	/**
	 * Returns the answer when there was no execution.
	 * @return zeros, no times, no errors, no trend
	 */
	public static AgentMetrics empty() {
		return EMPTY;
	}

}
