/**
 * The aggregation as a Spring Batch job: plan, days, completion.
 */
@NullMarked
package io.agentmetrics.aggregator.job;

import org.jspecify.annotations.NullMarked;
