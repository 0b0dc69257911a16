package io.agentmetrics.otlp.store;

import java.time.Instant;

import io.agentmetrics.otlp.AgentRun;
import io.agentmetrics.otlp.TokenUsage;
import io.agentmetrics.otlp.TraceSpan;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table {@code received_spans}.
 *
 * @param runAgent the key of the agent of which it is stored as an execution; null if it
 * is not
 * @param runStarted the start of that execution; null if there is none
 * @param runTokens those of that execution
 */
record StoredSpan(TraceSpan span, @Nullable String runAgent, @Nullable Instant runStarted, TokenUsage runTokens) {

	/** A span that is not stored as an execution. */
	static StoredSpan of(TraceSpan span) {
		return new StoredSpan(span, null, null, TokenUsage.NONE);
	}

	static StoredSpan of(AgentRun run) {
		return new StoredSpan(run.span(), run.agentKey(), run.span().start(), run.tokens());
	}

	boolean isRun() {
		return this.runAgent != null;
	}

}
