package io.agentmetrics.api.aggregated;

import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.window.Days;

/**
 * Which stored days of which agents to read.
 *
 * @param agents the agents, known or not
 * @param days from the first to the last of them
 * @param without days in between to leave out for every agent
 * @param changed further days to leave out for single agents
 */
public record AgentDays(Collection<UUID> agents, Days days, Set<LocalDate> without, Map<UUID, Set<LocalDate>> changed) {

	/**
	 * Reads all days.
	 * @param agents the agents, known or not
	 * @param days the days
	 * @return nothing is left out
	 */
	public static AgentDays of(Collection<UUID> agents, Days days) {
		return new AgentDays(agents, days, Set.of(), Map.of());
	}

}
