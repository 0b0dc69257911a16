package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What came of one day of a unit.
 *
 * @param agentDays the day of each agent that had executions
 * @param failures the agents whose day could not be calculated
 */
public record CompletedDay(LocalDate date, List<CompletedAgentDay> agentDays, List<FailedAgentDay> failures) {

	public long executions() {
		return this.agentDays.stream().mapToLong((day) -> day.day().counts().total()).sum();
	}

	/**
	 * Compares what was added up with what PostgreSQL counts.
	 * @param counts how many executions each agent has
	 * @return the same day; an agent that has another number is among the failures
	 */
	public CompletedDay reconciledWith(Map<UUID, Long> counts) {
		List<CompletedAgentDay> right = new ArrayList<>();
		List<FailedAgentDay> wrong = new ArrayList<>(this.failures);
		Set<UUID> known = this.failures.stream().map(FailedAgentDay::agentId).collect(Collectors.toSet());
		for (CompletedAgentDay day : this.agentDays) {
			long counted = counts.getOrDefault(day.agentId(), 0L);
			known.add(day.agentId());
			if (day.day().counts().total() == counted) {
				right.add(day);
			}
			else {
				wrong.add(differing(day.agentId(), day.day().counts().total(), counted));
			}
		}
		counts.forEach((agent, counted) -> {
			if (!known.contains(agent)) {
				wrong.add(differing(agent, 0, counted));
			}
		});
		return (wrong.size() == this.failures.size()) ? this : new CompletedDay(this.date, right, wrong);
	}

	private FailedAgentDay differing(UUID agentId, long read, long counted) {
		return new FailedAgentDay(agentId, this.date,
				new IllegalStateException("%d executions arrived, but PostgreSQL counts %d".formatted(read, counted)),
				false);
	}

}
