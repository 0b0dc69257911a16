package io.agentmetrics.api.realtime;

import java.util.Collection;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.evidence.EvidenceCollector;
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
	 * Counts by hours.
	 * @param stretches what to count
	 * @param collector gets a part for every hour with executions
	 */
	void collect(Collection<Stretch> stretches, EvidenceCollector collector);

	/**
	 * Groups the error messages.
	 * @param stretches where to look; their origins do not matter
	 * @return the groups of each agent that has errors
	 */
	Map<UUID, ErrorGroups> errors(Collection<Stretch> stretches);

	/**
	 * Groups the error messages.
	 * @param agents the agents, known or not
	 * @param window any window
	 * @return the groups of each agent that has errors
	 */
	default Map<UUID, ErrorGroups> errors(Collection<UUID> agents, Window window) {
		return errors(agents.stream().map((agent) -> new Stretch(agent, window, window.from())).toList());
	}

}
