package io.agentmetrics.otlp;

import org.jspecify.annotations.Nullable;

/**
 * A run of an agent.
 *
 * @param span the span that stands for it
 * @param agentKey what identifies its agent
 * @param agent the name of its agent
 * @param user for whom it ran, as it or a span around it says; null if none does
 * @param tokens those of its model calls, without those of runs inside it
 */
public record AgentRun(TraceSpan span, String agentKey, String agent, @Nullable String user, TokenUsage tokens) {

}
