package io.agentmetrics.api.reception;

/**
 * How many spans were rejected for one reason; the type of the same name of the GraphQL
 * schema.
 */
record SpanRejection(String reason, long spans) {
}
