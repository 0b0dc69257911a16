package io.agentmetrics.otlp.store;

import java.time.Instant;

import io.agentmetrics.model.execution.ExecutionStatus;
import io.agentmetrics.otlp.AgentRun;
import io.agentmetrics.otlp.TokenUsage;
import io.agentmetrics.otlp.TraceSpan;
import org.jspecify.annotations.Nullable;

/**
 * A run as {@code foreign_execution}, the type in which every door hands over an
 * execution.
 */
record StoredRun(String key, String service, String agentKey, @Nullable String agent, @Nullable String user,
		ExecutionStatus status, @Nullable Instant started, @Nullable Instant ended, @Nullable String errorType,
		@Nullable String errorMessage, @Nullable String release, @Nullable String environment, TokenUsage tokens,
		@Nullable String traceId) {

	static StoredRun of(AgentRun run) {
		TraceSpan span = run.span();
		boolean failed = span.status() != ExecutionStatus.COMPLETED;
		return new StoredRun(span.key(), span.service(), run.agentKey(), run.agent(), run.user(), span.status(),
				span.start(), span.end(), failed ? span.errorType() : null, failed ? span.errorMessage() : null,
				span.release(), span.environment(), run.tokens(), span.traceId());
	}

	/** What was stored of a span that is no run any more: enough to find it. */
	static StoredRun gone(StoredSpan stored) {
		return new StoredRun(stored.span().key(), stored.span().service(), String.valueOf(stored.runAgent()), null,
				null, stored.span().status(), stored.runStarted(), null, null, null, null, null, TokenUsage.NONE, null);
	}

}
