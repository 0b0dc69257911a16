package io.agentmetrics.aggregator.rollup;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An execution that failed or has an error message.
 *
 * @param type the type of its error, or its status if it has none
 */
public record ErrorOccurrence(@Nullable String message, String type, Instant seen) {
}
