package io.agentmetrics.api.metrics.source;

import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * The metrics of agents in a window. Whether they are read from stored days, from raw
 * executions or from both is said by the question's metric type and decided by one plan.
 */
public interface MetricsSource {

	/**
	 * Reads the metrics of many agents at once: the number of statements does not depend
	 * on how many they are.
	 * @param agents the agents, known or not
	 * @param question what to read
	 * @return the metrics of each of the agents, all from one snapshot
	 */
	Map<UUID, AgentMetrics> read(Collection<UUID> agents, MetricsQuestion question);

}
