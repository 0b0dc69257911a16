package io.agentmetrics.otlp;

/**
 * A span that cannot be what it says.
 *
 * @param name the span's name and its id, as they were sent
 * @param reason ends the sentence "It was refused: …"
 */
public record RefusedSpan(String service, String name, String reason) implements SpanReading {

}
