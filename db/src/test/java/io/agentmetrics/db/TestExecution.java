package io.agentmetrics.db;

import java.time.Instant;
import java.util.UUID;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;

/**
 * One execution that a test stores; it ends its time after its start, or never when it
 * has none or one beyond the bound of the schema.
 *
 * @param agentId an agent that exists
 * @param status what became of it
 * @param start when it started
 * @param ms how long it took in milliseconds
 * @param errorType the kind of its error
 * @param errorMessage the text of its error
 * @param report what it reports of its release, tokens and cost
 */
public record TestExecution(UUID agentId, ExecutionStatus status, Instant start, @Nullable Long ms,
		@Nullable String errorType, @Nullable String errorMessage, Report report) {

	private static final long MAX_MS = 315_576_000_000L;

	/** An execution that reports neither release nor tokens nor cost. */
	public TestExecution(UUID agentId, ExecutionStatus status, Instant start, @Nullable Long ms,
			@Nullable String errorType, @Nullable String errorMessage) {
		this(agentId, status, start, ms, errorType, errorMessage, Report.NONE);
	}

	public static TestExecution completed(UUID agentId, Instant start, long ms) {
		return new TestExecution(agentId, ExecutionStatus.COMPLETED, start, ms, null, null);
	}

	public static TestExecution failed(UUID agentId, Instant start, long ms, String errorMessage) {
		return new TestExecution(agentId, ExecutionStatus.FAILED, start, ms, "TestError", errorMessage);
	}

	public static TestExecution running(UUID agentId, Instant start) {
		return new TestExecution(agentId, ExecutionStatus.RUNNING, start, null, null, null);
	}

	@Nullable Instant end() {
		return (this.ms != null && this.ms <= MAX_MS) ? this.start.plusMillis(this.ms) : null;
	}

	/** Returns the same execution with another report. */
	public TestExecution reporting(Report its) {
		return new TestExecution(this.agentId, this.status, this.start, this.ms, this.errorType, this.errorMessage,
				its);
	}

	/**
	 * What an execution reports; each {@code null} if it does not.
	 *
	 * @param costUsd as SQL writes it
	 */
	public record Report(@Nullable String version, @Nullable String environment, @Nullable Long inputTokens,
			@Nullable Long outputTokens, @Nullable Long cachedInputTokens, @Nullable String costUsd) {

		/** Of an execution that reports nothing. */
		public static final Report NONE = new Report(null, null, null, null, null, null);

		/** Returns the report of an execution that names its release only. */
		public static Report of(String version) {
			return new Report(version, null, null, null, null, null);
		}

	}

}
