/**
 * The metrics of agents in a window, read from stored days and raw executions.
 */
@MayUse({ "ledger", "metrics", "problem" })
@NullMarked
package io.agentmetrics.api.metrics.source;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
