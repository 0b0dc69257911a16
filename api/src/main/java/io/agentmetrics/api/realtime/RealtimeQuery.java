package io.agentmetrics.api.realtime;

import java.util.Collection;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.window.Window;
import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.sketch.ErrorGroups;

/**
 * What the raw executions say about agents, exactly; one statement however many agents.
 */
public interface RealtimeQuery {

	/**
	 * Counts, times and trend.
	 * @param agents the agents, known or not
	 * @param window any window
	 * @return the statistics of each of the agents
	 */
	Map<UUID, WindowStatistics> statistics(Collection<UUID> agents, Window window);

	/**
	 * Groups the error messages.
	 * @param agents the agents, known or not
	 * @param window any window
	 * @return the groups of each agent that has errors
	 */
	Map<UUID, ErrorGroups> errors(Collection<UUID> agents, Window window);

}
