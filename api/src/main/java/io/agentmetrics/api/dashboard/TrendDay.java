package io.agentmetrics.api.dashboard;

import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;

import io.agentmetrics.api.metrics.SeriesPoint;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.ExecutionTimes;
import io.agentmetrics.model.number.Percent;
import io.agentmetrics.model.number.SaturatingSum;
import io.agentmetrics.model.time.DayCalendar;

/**
 * One day of all agents.
 *
 * @param aggregated whether the day is closed or before the first execution; otherwise
 * nothing is known of it yet and its numbers are zero
 * @param times how long they took; empty if what is stored of them cannot be read
 */
record TrendDay(LocalDate date, boolean aggregated, long totalExecutions, long successfulExecutions,
		long failedExecutions, Optional<ExecutionTimes> times) {

	static TrendDay empty(LocalDate date, boolean aggregated) {
		return new TrendDay(date, aggregated, 0, 0, 0, Optional.of(ExecutionTimes.empty()));
	}

	static TrendDay of(SeriesPoint point, DayCalendar calendar) {
		return new TrendDay(calendar.dayOf(point.from()), point.aggregated(), point.totalExecutions(),
				point.successfulExecutions(), point.failedExecutions(), point.times());
	}

	static TrendDay closed(LocalDate date, ExecutionCounts counts, Optional<ExecutionTimes> times) {
		return new TrendDay(date, true, counts.total(), counts.successful(), counts.failed(), times);
	}

	public double successRate() {
		return Percent.of(this.successfulExecutions,
				SaturatingSum.of(this.successfulExecutions, this.failedExecutions));
	}

	/**
	 * Returns the time that 95 % of the executions took at most, in ms.
	 * @return empty without timed executions
	 * @throws ProblemException if what is stored of the times cannot be read
	 */
	public OptionalLong p95Ms() {
		return this.times.orElseThrow(() -> ProblemException.unreadableTimes(this.date)).p95Ms();
	}

}
