/**
 * All agents together: counts, rankings, days.
 */
@MayUse({ "graphql", "ledger", "metrics", "metrics.source", "problem" })
@NullMarked
package io.agentmetrics.api.dashboard;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
