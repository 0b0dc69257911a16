package io.agentmetrics.api.aggregated;

import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.evidence.EvidenceCollector;
import io.agentmetrics.api.window.WindowStatistics;
import io.agentmetrics.model.sketch.ErrorGroups;

/**
 * What the rows of closed days say about agents; one statement however many agents.
 */
public interface AggregatedQuery {

	/**
	 * Counts, times and trend. Times that cannot be read are missing, the rest is there.
	 * @param days closed days: whoever asks has left out the others
	 * @param zone where days begin and end
	 * @return the statistics of each of the agents
	 */
	Map<UUID, WindowStatistics> statistics(AgentDays days, ZoneId zone);

	/**
	 * Reads the days.
	 * @param days closed days: whoever asks has left out the others
	 * @param collector gets a part for every day with executions
	 */
	void collect(AgentDays days, EvidenceCollector collector);

	/**
	 * Adds up the groups of errors.
	 * @param days closed days: whoever asks has left out the others
	 * @return the groups of each agent that has errors
	 */
	Map<UUID, ErrorGroups> errors(AgentDays days);

}
