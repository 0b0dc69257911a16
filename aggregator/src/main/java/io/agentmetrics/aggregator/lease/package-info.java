/**
 * The right to aggregate, which one run has at a time: locks, and a number by which the
 * database knows the newest.
 */
@NullMarked
package io.agentmetrics.aggregator.lease;

import org.jspecify.annotations.NullMarked;
