package io.agentmetrics.api.exposition;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that is published about executions at one moment; never changes.
 *
 * @param agents the totals by the agent's label: its id, or {@link #OTHER}
 * @param recent what was counted within the window of the success rate
 */
record Totals(Map<String, AgentTotals> agents, RecentRuns recent) {

	/** All agents, or error types, that have no time series of their own. */
	static final String OTHER = "other";

	Totals {
		agents = Map.copyOf(agents);
	}

	/** How many agents have time series of their own. */
	int ownSeries() {
		return this.agents.size() - (this.agents.containsKey(OTHER) ? 1 : 0);
	}

	/** The error types that are told apart. */
	Set<String> errorTypes() {
		return this.agents.values()
			.stream()
			.flatMap((totals) -> totals.byErrorType().keySet().stream())
			.filter((type) -> !type.equals(OTHER))
			.collect(Collectors.toUnmodifiableSet());
	}

}
