package io.agentmetrics.api.window;

import java.util.Optional;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.metrics.Trend;

/**
 * What is known of an agent's executions in a window.
 *
 * @param counts how many ended how
 * @param times how long they took; empty if what is stored of them cannot be read
 * @param trend whether they succeed more or less often than before; empty if the stored
 * hours of a day cannot be read
 */
public record WindowStatistics(ExecutionCounts counts, Optional<ExecutionTimes> times, Optional<Trend> trend) {

	private static final WindowStatistics EMPTY = new WindowStatistics(ExecutionCounts.empty(),
			Optional.of(ExecutionTimes.empty()), Optional.of(Trend.NO_DATA));

	/**
	 * Returns the statistics of no execution.
	 * @return zeros, no times, no trend
	 */
	public static WindowStatistics empty() {
		return EMPTY;
	}

}
