/**
 * A run of the aggregator: its plan, and the Spring Batch job that carries it out.
 */
@NullMarked
package io.agentmetrics.aggregator.job;

import org.jspecify.annotations.NullMarked;
