/**
 * Answers from the aggregator's rows of closed days.
 */
@NullMarked
package io.agentmetrics.api.aggregated;

import org.jspecify.annotations.NullMarked;
