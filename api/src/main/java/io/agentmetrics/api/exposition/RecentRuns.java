package io.agentmetrics.api.exposition;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.number.Percent;

/**
 * What was counted lately, by minute and agent; the success rate is taken from it.
 *
 * @param minutes per minute the agents that had finished executions in it
 */
record RecentRuns(NavigableMap<Instant, Map<String, Ended>> minutes) {

	static RecentRuns empty() {
		return new RecentRuns(new TreeMap<>());
	}

	/** Leaves out what is too old. */
	RecentRuns since(Instant first) {
		boolean allKept = this.minutes.isEmpty() || !this.minutes.firstKey().isBefore(first);
		return allKept ? this : new RecentRuns(new TreeMap<>(this.minutes.tailMap(first, true)));
	}

	/** Replaces what was counted in a minute. */
	RecentRuns with(Instant minute, Map<String, Ended> agents) {
		NavigableMap<Instant, Map<String, Ended>> changed = new TreeMap<>(this.minutes);
		changed.put(minute, Map.copyOf(agents));
		return new RecentRuns(changed);
	}

	/** Every agent with finished executions. */
	Map<String, Ended> byAgent() {
		Map<String, Ended> agents = new HashMap<>();
		this.minutes.values()
			.forEach((minute) -> minute.forEach((agent, ended) -> agents.merge(agent, ended, Ended::plus)));
		return agents;
	}

	/**
	 * How executions ended.
	 *
	 * @param successful completed
	 * @param failed failed or timed out
	 */
	record Ended(long successful, long failed) {

		static Ended empty() {
			return new Ended(0, 0);
		}

		Ended plus(Ended other) {
			return new Ended(this.successful + other.successful, this.failed + other.failed);
		}

		Ended plus(ExecutionStatus status, long executions) {
			return plus(new Ended(status.isSuccessful() ? executions : 0, status.isFailed() ? executions : 0));
		}

		boolean isEmpty() {
			return this.successful + this.failed == 0;
		}

		/**
		 * Returns the share of successful executions.
		 * @return percent of the successful and failed ones; not a number if there are
		 * none
		 */
		double successRate() {
			return isEmpty() ? Double.NaN : Percent.of(this.successful, this.successful + this.failed);
		}

	}

}
