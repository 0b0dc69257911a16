package io.agentmetrics.api.annotation;

import java.util.Optional;

import io.agentmetrics.api.graphql.TimePosition;
import io.agentmetrics.api.metrics.ExecutionFilter;
import io.agentmetrics.api.metrics.Period;

/**
 * Which annotations are asked for.
 *
 * @param period when they happened
 * @param filter of which releases and where; those that are about everywhere match any
 * environment, and those that somebody has noted any release
 * @param after the place before the first to return, or empty to start
 * @param limit how many at most
 */
record AnnotationsQuestion(Period period, ExecutionFilter filter, Optional<TimePosition> after, int limit) {
}
