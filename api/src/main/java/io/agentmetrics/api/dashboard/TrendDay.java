package io.agentmetrics.api.dashboard;

import java.time.LocalDate;
import java.util.Optional;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;

/**
 * One day of all agents.
 *
 * @param aggregated whether the day is closed or before the first execution; otherwise
 * nothing is known of it yet and its numbers are zero
 * @param times how long they took; empty if what is stored of them cannot be read
 */
record TrendDay(LocalDate date, boolean aggregated, ExecutionCounts counts, Optional<ExecutionTimes> times) {

	static TrendDay empty(LocalDate date, boolean aggregated) {
		return new TrendDay(date, aggregated, ExecutionCounts.empty(), Optional.of(ExecutionTimes.empty()));
	}

	public long totalExecutions() {
		return this.counts.total();
	}

	public long successfulExecutions() {
		return this.counts.successful();
	}

	public long failedExecutions() {
		return this.counts.failed();
	}

	public double successRate() {
		return this.counts.successRate();
	}

}
