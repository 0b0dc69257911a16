/**
 * Adding up executions to agents' days: pure arithmetic, and the units of work in which
 * it is done.
 */
@NullMarked
package io.agentmetrics.aggregator.rollup;

import org.jspecify.annotations.NullMarked;
