package io.agentmetrics.api.metrics.source;

import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.Ledger;

/**
 * Which days of a window need not be counted again.
 *
 * @param ledger how far the aggregator has come, in the same snapshot
 * @param closed the days that lie wholly inside the window and are closed
 * @param changed of these, for single agents, the days that no longer say what the
 * executions say
 */
record StoredDays(Ledger ledger, Set<LocalDate> closed, Map<UUID, Set<LocalDate>> changed) {

	/**
	 * What stored days have to say.
	 */
	enum Detail {

		/** What all executions of the day did. */
		DAYS,
		/** What those of each release and environment did. */
		CELLS,
		/** Which errors they had. */
		ERRORS_OF_CELLS

	}

	/**
	 * Returns whether an agent's stored day still says what its executions say.
	 * @return whether it is closed and has not changed since
	 */
	boolean isUpToDate(UUID agent, LocalDate day) {
		return this.closed.contains(day) && !this.changed.getOrDefault(agent, Set.of()).contains(day);
	}

}
