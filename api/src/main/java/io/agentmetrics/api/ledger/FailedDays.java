package io.agentmetrics.api.ledger;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.agentmetrics.api.window.Days;

/**
 * Tells which agents' days could not be aggregated: their day is closed without them.
 */
public interface FailedDays {

	/**
	 * Returns the days that stored metrics say nothing of.
	 * @param agents whose days
	 * @param days among which
	 * @return the days of each agent that has any
	 */
	Map<UUID, Set<LocalDate>> of(Collection<UUID> agents, Days days);

	/**
	 * Says what an answer about all agents leaves out.
	 * @param days the days it is about
	 * @return a sentence, empty when it leaves out nothing
	 */
	Optional<String> sentence(Days days);

	/**
	 * Says which of an agent's days an answer leaves out.
	 * @param failed the days
	 * @return one sentence, none without days
	 */
	static List<String> sentence(Set<LocalDate> failed) {
		TreeSet<LocalDate> days = new TreeSet<>(failed);
		return switch (days.size()) {
			case 0 -> List.of();
			case 1 -> List.of("1 day of this agent could not be aggregated and is left out: " + days.first() + ".");
			default -> List.of(days.size() + " days of this agent could not be aggregated and are left out, from "
					+ days.first() + " to " + days.last() + ".");
		};
	}

}
