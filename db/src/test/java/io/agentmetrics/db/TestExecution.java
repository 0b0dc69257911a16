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
 */
public record TestExecution(UUID agentId, ExecutionStatus status, Instant start, @Nullable Long ms,
		@Nullable String errorType, @Nullable String errorMessage) {

	private static final long MAX_MS = 315_576_000_000L;

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

}
