package io.agentmetrics.api.execution;

import java.time.Instant;
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

	/**
	 * Lists executions of many agents that are still in progress, with one statement.
	 * @param since executions that started before are not listed
	 * @param startedBy for each agent, known or not, when its executions started at the
	 * latest
	 * @param limit how many of each agent at most
	 * @return the executions of each agent that has any, the earliest first
	 */
	Map<UUID, List<Execution>> inProgress(Instant since, Map<UUID, Instant> startedBy, int limit);

}
