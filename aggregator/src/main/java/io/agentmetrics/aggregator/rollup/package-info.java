/**
 * Pure arithmetic from executions to the metrics of agents' days.
 */
@NullMarked
package io.agentmetrics.aggregator.rollup;

import org.jspecify.annotations.NullMarked;
