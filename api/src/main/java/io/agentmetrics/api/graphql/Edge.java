package io.agentmetrics.api.graphql;

/**
 * An entry's place in a list.
 *
 * @param cursor where to go on after it
 * @param node the entry
 * @param <T> what is listed
 */
public record Edge<T>(String cursor, T node) {
}
