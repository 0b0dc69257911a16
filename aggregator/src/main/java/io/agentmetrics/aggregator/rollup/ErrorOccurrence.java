package io.agentmetrics.aggregator.rollup;

import java.time.Instant;

import io.agentmetrics.model.execution.ExecutionStatus;
import org.jspecify.annotations.Nullable;

/**
 * An execution that failed or has an error message.
 *
 * @param type the type of its error, or its status if it has none
 */
public record ErrorOccurrence(@Nullable String message, String type, Instant seen) {

	/**
	 * Creates the error of an execution.
	 * @param type the type as it was given, missing or empty for want of one
	 */
	public static ErrorOccurrence of(@Nullable String message, @Nullable String type, ExecutionStatus status,
			Instant start) {
		return new ErrorOccurrence(message, (type != null && !type.isEmpty()) ? type : status.name(), start);
	}

}
