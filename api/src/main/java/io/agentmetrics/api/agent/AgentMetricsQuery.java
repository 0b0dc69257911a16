package io.agentmetrics.api.agent;

import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * Answers questions about agents from whichever source is asked for.
 */
public interface AgentMetricsQuery {

	/**
	 * Answers the same question about many agents.
	 * @param agents the agents, known or not
	 * @param question what to answer
	 * @return the answer for each of the agents
	 */
	Map<UUID, AgentMetricsAnswer> metrics(Collection<UUID> agents, MetricsQuestion question);

}
