package io.agentmetrics.api.reception;

import java.time.Instant;

/**
 * The spans that came in one hour; the type of the same name of the GraphQL schema.
 *
 * @param hour when it begins
 */
record HourSpans(Instant hour, SpanOutcomes spans) {
}
