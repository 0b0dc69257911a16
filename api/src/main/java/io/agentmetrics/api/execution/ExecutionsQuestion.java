package io.agentmetrics.api.execution;

import java.util.Optional;
import java.util.Set;

import io.agentmetrics.api.graphql.TimePosition;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.time.Window;

/**
 * Which executions of an agent are asked for.
 *
 * @param statuses what became of them, one at least
 * @param between when they started, or empty for any time
 * @param after the execution before the first to return, or empty to start
 * @param limit how many at most
 */
record ExecutionsQuestion(Set<ExecutionStatus> statuses, Optional<Window> between, Optional<TimePosition> after,
		int limit) {
}
