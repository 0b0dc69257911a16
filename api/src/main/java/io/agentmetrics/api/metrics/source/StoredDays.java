package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.model.time.DayCalendar;

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
	 * Returns the days without those that a moment divides, unless their executions are
	 * gone.
	 */
	StoredDays withoutDividedBy(Collection<Instant> moments) {
		DayCalendar calendar = this.ledger.calendar();
		Set<LocalDate> whole = new HashSet<>(this.closed);
		for (Instant moment : moments) {
			LocalDate day = calendar.dayOf(moment);
			if (calendar.startOf(day).isBefore(moment) && this.ledger.keepsExecutionsOf(day)) {
				whole.remove(day);
			}
		}
		return new StoredDays(this.ledger, whole, this.changed);
	}

	/**
	 * Returns whether an agent's stored day still says what its executions say.
	 * @return whether it is closed and has not changed since
	 */
	boolean isUpToDate(UUID agent, LocalDate day) {
		return this.closed.contains(day) && !this.changed.getOrDefault(agent, Set.of()).contains(day);
	}

}
