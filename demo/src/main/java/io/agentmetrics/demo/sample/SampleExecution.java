package io.agentmetrics.demo.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * An execution of the sample as an agent platform stores it.
 *
 * @param id its id
 * @param agentId who ran
 * @param userId for whom
 * @param inputData what it was given, as JSON
 * @param status one of the product's statuses
 * @param start when it started
 * @param end when it ended
 * @param timeMs how long it took in milliseconds
 * @param errorType the kind of its error
 * @param errorMessage the text of its error
 * @param version the release of its agent
 * @param environment where it ran
 * @param usage what it took of a model; of none while it is in progress
 */
record SampleExecution(UUID id, UUID agentId, UUID userId, @Nullable String inputData, String status, Instant start,
		@Nullable Instant end, @Nullable Long timeMs, @Nullable String errorType, @Nullable String errorMessage,
		String version, String environment, ModelUsage usage) {

	/** How long after its acceptance an execution stands in the queue. */
	private static final Duration QUEUE = Duration.ofSeconds(5);

	/**
	 * Returns what was known of it at a moment, which is not before its start.
	 * @param now the moment
	 * @return this, if it had ended by then; else one that is in progress
	 */
	SampleExecution asOf(Instant now) {
		if (this.end != null && !this.end.isAfter(now)) {
			return this;
		}
		String progress = now.isBefore(this.start.plus(QUEUE)) ? "PENDING" : "RUNNING";
		return new SampleExecution(this.id, this.agentId, this.userId, this.inputData, progress, this.start, null, null,
				null, null, this.version, this.environment, ModelUsage.NONE);
	}

}
