package io.agentmetrics.api.metrics.source;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.agentmetrics.api.ledger.Ledger;
import io.agentmetrics.api.ledger.Weighted;
import io.agentmetrics.api.metrics.ExecutionFilter;

/**
 * What stored days have to say about the segments of a question. It stays right until one
 * of the days changes, while the windows move on.
 *
 * @param counts those of each segment of each agent, the earliest first
 * @param unreadable of agents the days whose times cannot be read
 * @param untold of agents how many executions may match the filter or not
 * @param lastUntold of these agents the last segment with such executions
 */
record StoredSegments(Map<UUID, List<SegmentCounts>> counts, Map<UUID, Set<LocalDate>> unreadable,
		Map<UUID, Long> untold, Map<UUID, Integer> lastUntold) implements Weighted {

	/** A plain answer takes about as much room as so many segments, or days. */
	private static final int PARTS_OF_AN_ANSWER = 10;

	@Override
	public int weight() {
		return 1 + this.counts.values().stream().mapToInt(List::size).sum() / PARTS_OF_AN_ANSWER;
	}

	/**
	 * What it rests on.
	 *
	 * @param days the days, and whose
	 * @param firstDays for each moment that cuts the window the first day that counts
	 * after it
	 * @param ledger changes with each day that does
	 */
	record Key(AgentDays days, List<LocalDate> firstDays, ExecutionFilter filter, List<Long> limitsMs,
			Ledger ledger) implements Weighted {

		/** Many agents' days may have changed until they are aggregated again. */
		@Override
		public int weight() {
			return 1 + this.days.changed().values().stream().mapToInt(Set::size).sum() / PARTS_OF_AN_ANSWER;
		}

	}

}
