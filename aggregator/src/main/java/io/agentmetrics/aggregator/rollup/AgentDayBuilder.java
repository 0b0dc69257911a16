package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.UUID;

import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.metrics.AgentDay;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.sketch.ErrorGroups;
import io.agentmetrics.model.sketch.LatencySketch;
import org.jspecify.annotations.Nullable;

/**
 * Adds up one agent's day from its hours, in any order and from several threads.
 */
final class AgentDayBuilder {

	private final UUID agentId;

	private final LocalDate date;

	private final HourlyCounts.Builder hours;

	private long cancelled;

	private long inProgress;

	private long errorCount;

	private final LatencySketch.Builder times = LatencySketch.builder();

	private ErrorGroups.@Nullable Builder errors;

	private @Nullable RuntimeException failure;

	AgentDayBuilder(UUID agentId, LocalDate date, int hours) {
		this.agentId = agentId;
		this.date = date;
		this.hours = HourlyCounts.builder(hours);
	}

	/**
	 * Adds executions. What goes wrong with one agent's numbers is kept until
	 * {@link #build()}, so that the other agents of the same rows are not lost.
	 * @param part executions that were not added yet
	 */
	synchronized void add(AgentHour part) {
		try {
			addCounts(part);
			for (long ms : part.timesMs()) {
				this.times.add(ms);
			}
			addErrors(part);
		}
		catch (ArithmeticException | IllegalArgumentException ex) {
			this.failure = ex;
		}
	}

	private void addCounts(AgentHour part) {
		int successful = part.executions() - part.exceptions().size();
		int failed = 0;
		for (ExecutionStatus status : part.exceptions()) {
			switch (status) {
				case COMPLETED -> successful++;
				case FAILED, TIMEOUT -> failed++;
				case CANCELLED -> this.cancelled++;
				case PENDING, RUNNING -> this.inProgress++;
			}
		}
		this.hours.add(part.hour().hour(), part.executions(), successful, failed);
	}

	private void addErrors(AgentHour part) {
		if (part.errors().isEmpty()) {
			return;
		}
		if (this.errors == null) {
			this.errors = ErrorGroups.builder();
		}
		for (ErrorOccurrence error : part.errors()) {
			this.errors.add(error.message(), 1, error.seen(), error.seen());
		}
		this.errorCount += part.errors().size();
	}

	/**
	 * Returns the day.
	 * @return the sum of the parts
	 * @throws FailedCalculationException if a part could not be added
	 */
	synchronized AgentDay build() {
		if (this.failure != null) {
			throw new FailedCalculationException(this.agentId, this.date, this.failure);
		}
		HourlyCounts hours = this.hours.build();
		ExecutionCounts counts = new ExecutionCounts(hours.successful(), hours.failed(), this.cancelled,
				this.inProgress, this.errorCount);
		return new AgentDay(this.agentId, this.date, counts, hours, this.times.build(),
				(this.errors != null) ? this.errors.build() : ErrorGroups.empty());
	}

}
