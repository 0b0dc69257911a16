package io.agentmetrics.aggregator.door.file;

import java.math.BigDecimal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An execution as its source has it: the type {@code foreign_execution} of the database.
 * What is null was not given.
 *
 * @param key what identifies it in its source
 * @param agent what identifies its agent there
 * @param user what identifies there for whom it ran
 * @param status its source's word
 * @param durationMs how long it took in milliseconds
 */
record ForeignExecution(@Nullable String key, @Nullable String agent, @Nullable String agentName, @Nullable String user,
		@Nullable String status, @Nullable Instant started, @Nullable Instant ended, @Nullable BigDecimal durationMs,
		@Nullable String errorType, @Nullable String errorMessage, @Nullable String version,
		@Nullable String environment, @Nullable BigDecimal inputTokens, @Nullable BigDecimal outputTokens,
		@Nullable BigDecimal cachedInputTokens, @Nullable BigDecimal costUsd, @Nullable String externalId) {

	static final ForeignExecution NONE = new ForeignExecution(null, null, null, null, null, null, null, null, null,
			null, null, null, null, null, null, null, null);

}
