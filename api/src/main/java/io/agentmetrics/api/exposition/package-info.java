/**
 * What Prometheus reads: finished executions, counted once by one of the replicas, and
 * how far the aggregator has come. Knows no feature.
 */
@MayUse("ledger")
@NullMarked
package io.agentmetrics.api.exposition;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
