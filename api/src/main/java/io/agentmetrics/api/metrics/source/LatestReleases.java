package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.model.time.DayCalendar;

/**
 * The releases of agents that ran last, as they are found in stored days and raw ranges;
 * for one thread at a time. Of those that ran last on the same stored day, the most
 * frequent come first.
 */
final class LatestReleases {

	private static final Comparator<Map.Entry<Optional<String>, Traffic>> LATEST_FIRST = Comparator
		.comparing((Map.Entry<Optional<String>, Traffic> release) -> release.getValue().lastRun(),
				Comparator.reverseOrder())
		.thenComparing((release) -> release.getValue().executions(), Comparator.reverseOrder())
		.thenComparing((release) -> release.getKey().orElse(""));

	private final DayCalendar calendar;

	private final Map<UUID, Map<Optional<String>, Traffic>> agents = new HashMap<>();

	LatestReleases(DayCalendar calendar) {
		this.calendar = calendar;
	}

	/** Adds what is known of a raw range. */
	void add(UUID agent, Optional<String> version, Instant lastRun) {
		add(agent, version, new Traffic(lastRun, 0));
	}

	/** Adds what is known of stored days. */
	void add(UUID agent, Optional<String> version, LocalDate lastDay, long executions) {
		add(agent, version, new Traffic(this.calendar.startOf(lastDay), executions));
	}

	private void add(UUID agent, Optional<String> version, Traffic traffic) {
		this.agents.computeIfAbsent(agent, (unknown) -> new HashMap<>()).merge(version, traffic, Traffic::later);
	}

	/**
	 * Returns the releases that ran last.
	 * @param first how many of each agent
	 */
	List<Release.Key> first(Collection<UUID> of, int first) {
		return of.stream()
			.flatMap((agent) -> this.agents.getOrDefault(agent, Map.of())
				.entrySet()
				.stream()
				.sorted(LATEST_FIRST)
				.limit(first)
				.map((release) -> new Release.Key(agent, release.getKey())))
			.toList();
	}

	/**
	 * When a release ran last: of stored days the start of the last one, on which nothing
	 * is read from raw executions.
	 *
	 * @param executions how many there are in the stored days
	 */
	private record Traffic(Instant lastRun, long executions) {

		private Traffic later(Traffic other) {
			return this.lastRun.isBefore(other.lastRun) ? other : this;
		}

	}

}
