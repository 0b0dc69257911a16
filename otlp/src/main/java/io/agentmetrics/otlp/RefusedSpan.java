package io.agentmetrics.otlp;

/**
 * A span that cannot be what it says.
 *
 * @param reason ends the sentence "It was refused: …"
 */
public record RefusedSpan(String service, String reason) implements SpanReading {

}
