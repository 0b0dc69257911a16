package io.agentmetrics.api.agent;

import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.Period;
import io.agentmetrics.api.metrics.TimeRange;
import io.agentmetrics.api.metrics.WindowInput;
import org.jspecify.annotations.Nullable;

/**
 * Executions of an agent that a client compares with others; the input of the same name
 * of the GraphQL schema.
 *
 * @param timeRange how far to look back, or null
 * @param between a window, or null
 * @param filter which of the executions, or null for all
 */
record SliceInput(@Nullable TimeRange timeRange, @Nullable WindowInput between,
		ExecutionFilter.@Nullable Input filter) {

	Period period() {
		return Period.of(this.timeRange, this.between);
	}

}
