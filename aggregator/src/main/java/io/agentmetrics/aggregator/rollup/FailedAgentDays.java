package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The agents' days that a run could not calculate or store, collected by all of its
 * workers until their day is written.
 */
public final class FailedAgentDays {

	private final String program;

	private final Consumer<FailedAgentDay> listener;

	private final Map<LocalDate, List<FailedAgentDay>> byDate = new ConcurrentHashMap<>();

	/**
	 * Begins without failures.
	 * @param program which version of the program runs
	 * @param listener told of each failure
	 */
	public FailedAgentDays(String program, Consumer<FailedAgentDay> listener) {
		this.program = program;
		this.listener = listener;
	}

	/**
	 * Notes an agent's day that failed; of several failures of the same the first counts.
	 */
	public void add(FailedAgentDay failure) {
		List<FailedAgentDay> ofDay = this.byDate.computeIfAbsent(failure.date(), (day) -> new CopyOnWriteArrayList<>());
		if (ofDay.stream().anyMatch((other) -> other.agentId().equals(failure.agentId()))) {
			return;
		}
		ofDay.add(failure);
		this.listener.accept(failure);
	}

	/**
	 * Returns which version of the program fails.
	 * @return the version; another one may succeed
	 */
	public String program() {
		return this.program;
	}

	/**
	 * Returns what failed on a day.
	 * @return the failures, each of another agent
	 */
	public List<FailedAgentDay> on(LocalDate date) {
		return List.copyOf(this.byDate.getOrDefault(date, List.of()));
	}

	/**
	 * Returns the agents that are not among those that failed.
	 * @param agents agents that had executions on it
	 */
	public List<UUID> stored(LocalDate date, List<UUID> agents) {
		List<FailedAgentDay> failures = on(date);
		if (failures.isEmpty()) {
			return agents;
		}
		return agents.stream()
			.filter((agent) -> failures.stream().noneMatch((failure) -> failure.agentId().equals(agent)))
			.toList();
	}

}
