package io.agentmetrics.api.reception;

/**
 * The spans of one service; the type of the same name of the GraphQL schema.
 *
 * @param service its name space and name, as {@code space/name}
 */
record ServiceSpans(String service, SpanOutcomes spans) {
}
