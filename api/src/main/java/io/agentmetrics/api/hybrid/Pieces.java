package io.agentmetrics.api.hybrid;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.agentmetrics.api.aggregated.AgentDays;
import io.agentmetrics.api.ledger.StoredDays;
import io.agentmetrics.api.realtime.Stretch;
import io.agentmetrics.api.window.Days;
import io.agentmetrics.api.window.Window;

/**
 * A window taken apart: every moment of every agent is either in a stored day or in a
 * stretch to count.
 *
 * @param days the stored days
 * @param stretches the rest
 */
record Pieces(AgentDays days, List<Stretch> stretches) {

	/**
	 * Takes a window apart.
	 * @param agents the agents
	 * @param window the window
	 * @param storedTo days that end after this are counted, stored or not
	 * @param stored what is stored of the window
	 * @return both kinds of pieces
	 */
	static Pieces of(Collection<UUID> agents, Window window, Instant storedTo, StoredDays stored) {
		ZoneId zone = stored.ledger().zone();
		Window cut = new Window(window.from(), earlier(window.to(), later(storedTo, window.from())));
		Days days = cut.wholeDays(zone);
		Set<LocalDate> without = days.from()
			.datesUntil(days.to())
			.filter((day) -> !stored.closed().contains(day))
			.collect(Collectors.toSet());
		Map<UUID, Set<LocalDate>> changed = stored.changed();
		List<Window> gaps = gaps(window, zone, days, (day) -> !without.contains(day));
		List<Stretch> stretches = new ArrayList<>();
		for (UUID agent : agents) {
			List<Window> own = changed.containsKey(agent)
					? gaps(window, zone, days, (day) -> stored.isUpToDate(agent, day)) : gaps;
			own.forEach((gap) -> stretches.addAll(Stretch.of(agent, gap, zone)));
		}
		return new Pieces(new AgentDays(agents, days, without, changed), stretches);
	}

	private static List<Window> gaps(Window window, ZoneId zone, Days days, Predicate<LocalDate> isStored) {
		List<Window> gaps = new ArrayList<>();
		Instant from = window.from();
		for (LocalDate day : days.from().datesUntil(days.to()).toList()) {
			if (isStored.test(day)) {
				Window taken = new Days(day, day.plusDays(1)).in(zone);
				addUnlessEmpty(gaps, new Window(from, taken.from()));
				from = taken.to();
			}
		}
		addUnlessEmpty(gaps, new Window(from, window.to()));
		return gaps;
	}

	private static void addUnlessEmpty(List<Window> gaps, Window gap) {
		if (gap.from().isBefore(gap.to())) {
			gaps.add(gap);
		}
	}

	private static Instant earlier(Instant one, Instant other) {
		return one.isBefore(other) ? one : other;
	}

	private static Instant later(Instant one, Instant other) {
		return one.isAfter(other) ? one : other;
	}

}
