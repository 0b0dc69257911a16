package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.agentmetrics.model.time.DayCalendar;
import io.agentmetrics.model.time.Days;

/**
 * The stored days of agents that a plan reads.
 *
 * @param agents the agents, known or not
 * @param days from the first to the last of them; empty if none is read
 * @param without days in between to leave out for every agent
 * @param changed further days to leave out for single agents
 */
record AgentDays(Collection<UUID> agents, Days days, Set<LocalDate> without, Map<UUID, Set<LocalDate>> changed) {

	private static final Days NO_DAYS = new Days(LocalDate.EPOCH, LocalDate.EPOCH);

	static AgentDays none(Collection<UUID> agents) {
		return new AgentDays(agents, NO_DAYS, Set.of(), Map.of());
	}

	/** Returns the same without some more days. */
	AgentDays leavingOut(Set<LocalDate> more) {
		Set<LocalDate> all = new HashSet<>(this.without);
		all.addAll(more);
		return new AgentDays(this.agents, this.days, all, this.changed);
	}

	/**
	 * Returns those of some days.
	 * @param some at least one day
	 */
	AgentDays of(Set<LocalDate> some) {
		Days outer = new Days(Collections.min(some), Collections.max(some).plusDays(1));
		Set<LocalDate> others = outer.from()
			.datesUntil(outer.to())
			.filter((day) -> !some.contains(day) || this.without.contains(day))
			.collect(Collectors.toSet());
		return new AgentDays(this.agents, outer, others, this.changed);
	}

	/** Returns whether a moment lies inside one of the days, not where it begins. */
	boolean divides(Instant moment, DayCalendar calendar) {
		LocalDate day = calendar.dayOf(moment);
		return calendar.startOf(day).isBefore(moment) && !day.isBefore(this.days.from()) && day.isBefore(this.days.to())
				&& !this.without.contains(day);
	}

	boolean isEmpty() {
		return this.days.from().equals(this.days.to());
	}

}
