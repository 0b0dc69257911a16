package io.agentmetrics.aggregator.rollup;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import io.agentmetrics.model.error.ErrorGroups;
import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.model.metrics.AgentDay;
import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.metrics.HourlyCounts;
import io.agentmetrics.model.sketch.LatencySketch;
import org.jspecify.annotations.Nullable;

/**
 * Adds up one agent's day from its hours, in any order and from several threads. What
 * goes wrong with one agent's numbers is kept until the day is completed, so that the
 * other agents of the same rows are not lost.
 */
final class AgentDayBuilder {

	/** What a builder takes beside its times and errors, with its place in the map. */
	private static final int BASE_BYTES = 400;

	private final UUID agentId;

	private final LocalDate date;

	private final HourlyCounts.Builder hours;

	private long cancelled;

	private long inProgress;

	private long errorCount;

	private LatencySketch.Builder times = LatencySketch.builder();

	private ErrorGroups.@Nullable Builder errors;

	private @Nullable Throwable failure;

	private int bytes = BASE_BYTES;

	AgentDayBuilder(UUID agentId, LocalDate date, int hours) {
		this.agentId = agentId;
		this.date = date;
		this.hours = HourlyCounts.builder(hours);
	}

	/**
	 * Adds executions.
	 * @return how many bytes more this takes now
	 */
	synchronized int add(AgentHour part) {
		if (this.failure == null) {
			try {
				addCounts(part);
				for (long ms : part.timesMs()) {
					this.times.add(ms);
				}
				addErrors(part);
			}
			catch (RuntimeException | StackOverflowError ex) {
				fail(ex);
			}
		}
		return growth();
	}

	/** Gives this agent's day up. */
	synchronized void fail(Throwable cause) {
		this.failure = cause;
		this.times = LatencySketch.builder();
		this.errors = null;
	}

	/**
	 * Keeps of the errors only what the completed day would.
	 * @return how many bytes more this takes now, a negative number
	 */
	synchronized int compact() {
		if (this.errors != null) {
			this.errors.compact();
		}
		return growth();
	}

	private int growth() {
		int before = this.bytes;
		this.bytes = BASE_BYTES + this.times.bytes() + ((this.errors != null) ? this.errors.bytes() : 0);
		return this.bytes - before;
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
			this.errors.add(error.message(), error.type(), 1, error.seen(), error.seen());
			this.errorCount += (error.message() != null) ? 1 : 0;
		}
	}

	/**
	 * Ends the day.
	 * @param agentDays takes the sum of the parts
	 * @param failures takes what went wrong instead
	 */
	synchronized void complete(List<AgentDay> agentDays, List<FailedAgentDay> failures) {
		if (this.failure == null) {
			try {
				agentDays.add(build());
				return;
			}
			catch (RuntimeException | StackOverflowError ex) {
				fail(ex);
			}
		}
		failures.add(new FailedAgentDay(this.agentId, this.date, Objects.requireNonNull(this.failure), false));
	}

	private AgentDay build() {
		HourlyCounts hours = this.hours.build();
		ExecutionCounts counts = new ExecutionCounts(hours.successful(), hours.failed(), this.cancelled,
				this.inProgress, this.errorCount);
		return new AgentDay(this.agentId, this.date, counts, hours, this.times.build(),
				(this.errors != null) ? this.errors.build() : ErrorGroups.empty());
	}

}
