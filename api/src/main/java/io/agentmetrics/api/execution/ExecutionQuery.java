package io.agentmetrics.api.execution;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.model.execution.Execution;

/**
 * Lists executions, as they are stored at this moment.
 */
public interface ExecutionQuery {

	/**
	 * Lists executions of many agents with one statement.
	 * @param agents the agents, known or not
	 * @param question which of their executions
	 * @return the executions of each agent that has any, the newest first
	 */
	Map<UUID, List<Execution>> executions(Collection<UUID> agents, ExecutionsQuestion question);

}
