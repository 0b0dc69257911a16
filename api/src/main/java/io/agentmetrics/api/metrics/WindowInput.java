package io.agentmetrics.api.metrics;

import java.time.Instant;

/**
 * A window as a client names it; the input of the same name of the GraphQL schema.
 *
 * @param from the first moment
 * @param to the moment after the last
 */
public record WindowInput(Instant from, Instant to) {
}
