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
	 * Returns the error of an execution.
	 * @param type the type as it was written, without blanks around it
	 * @return {@code null} if it neither failed nor has a message
	 */
	public static @Nullable ErrorOccurrence of(@Nullable String message, @Nullable String type, ExecutionStatus status,
			Instant start) {
		if (message == null && !status.isFailed()) {
			return null;
		}
		return new ErrorOccurrence(message, (type != null && !type.isEmpty()) ? type : status.name(), start);
	}

}
