package io.agentmetrics.aggregator.sink;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

import io.agentmetrics.aggregator.rollup.AgentSelection;
import io.agentmetrics.aggregator.rollup.CompletedAgentDay;
import io.agentmetrics.aggregator.rollup.UnitParts;

/**
 * What one transaction writes: agents' days, and then the days of which these were the
 * last agents.
 *
 * @param parts the parts of units of which these agents were the last
 * @param days the days of which all selected agents are written
 */
public record DayBatch(List<Agents> agents, List<Part> parts, List<Day> days) {

	/**
	 * Puts batches together.
	 * @param batches in the order in which they were read
	 * @return all of them as one, to be written in one transaction
	 */
	public static DayBatch of(List<DayBatch> batches) {
		return new DayBatch(all(batches, DayBatch::agents), all(batches, DayBatch::parts),
				all(batches, DayBatch::days));
	}

	private static <T> List<T> all(List<DayBatch> batches, Function<DayBatch, Collection<T>> some) {
		return batches.stream().map(some).flatMap(Collection::stream).toList();
	}

	/**
	 * Returns how much there is to write.
	 * @return the number of agents' days, and of days
	 */
	public int size() {
		return agentDays() + this.parts.stream().mapToInt((part) -> part.days().size()).sum() + this.days.size();
	}

	public int agentDays() {
		return this.agents.stream().mapToInt((some) -> some.agentDays().size()).sum();
	}

	/**
	 * Agents' days of one unit of work.
	 *
	 * @param agentDays the days, each of another agent or date
	 * @param fresh whether nothing is stored of these dates yet, so that nothing needs to
	 * be replaced
	 * @param provisional whether their day is not over
	 */
	public record Agents(List<CompletedAgentDay> agentDays, boolean fresh, boolean provisional) {
	}

	/**
	 * The selected agents of a day that were all written.
	 *
	 * @param selection which agents were aggregated
	 * @param present those of them with executions; the others lose their rows
	 * @param fresh whether nothing had been stored of this day, so that nothing is left
	 * over
	 */
	public record Present(LocalDate date, AgentSelection selection, List<UUID> present, boolean fresh) {
	}

	/**
	 * A part of a unit that is written; its days are done when all parts are.
	 *
	 * @param days the days, each with the agents of this part
	 * @param parts the unit that it is a part of
	 */
	public record Part(List<Present> days, UnitParts parts) {
	}

	/**
	 * A day of which all selected agents are written.
	 *
	 * @param agents whose rows are to be there, and no others
	 * @param sum what they add up to
	 * @param provisional whether the day is not over, so that it cannot be closed
	 */
	public record Day(Present agents, UnitParts.Sum sum, boolean provisional) {

		public LocalDate date() {
			return this.agents.date();
		}

	}

}
