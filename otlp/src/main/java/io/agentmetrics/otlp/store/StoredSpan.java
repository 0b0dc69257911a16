package io.agentmetrics.otlp.store;

import java.time.Instant;

import io.agentmetrics.otlp.TraceSpan;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table {@code received_spans}.
 *
 * @param runAgent the key of the agent of which it is stored as an execution; null if it
 * is not
 * @param runStarted the start of that execution; null if there is none
 */
record StoredSpan(TraceSpan span, @Nullable String runAgent, @Nullable Instant runStarted) {

	boolean isRun() {
		return this.runAgent != null;
	}

}
