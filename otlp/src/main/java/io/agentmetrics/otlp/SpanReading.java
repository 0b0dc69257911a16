package io.agentmetrics.otlp;

/**
 * What the rules make of a span that was sent.
 */
public sealed interface SpanReading permits TraceSpan, RefusedSpan {

	/** Returns the service that sent it, as {@code space/name}. */
	String service();

}
