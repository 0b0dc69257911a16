/**
 * Counts, rates, times, errors and trend of agents over any window, as immutable values
 * that add up.
 */
@NullMarked
package io.agentmetrics.model.metrics;

import org.jspecify.annotations.NullMarked;
