package io.agentmetrics.api.graphql;

/**
 * An entry's place in a list.
 *
 * @param cursor where to go on after it
 */
public record Edge<T>(String cursor, T node) {
}
