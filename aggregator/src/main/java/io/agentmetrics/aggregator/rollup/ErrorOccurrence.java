package io.agentmetrics.aggregator.rollup;

import java.time.Instant;

/**
 * One execution's error message.
 *
 * @param message the message, possibly cut
 * @param seen when the execution started
 */
public record ErrorOccurrence(String message, Instant seen) {
}
