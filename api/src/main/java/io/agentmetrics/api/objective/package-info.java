/**
 * Objectives of agents: what the installation's settings promise, what is kept of it, and
 * how fast the rest is used up.
 */
@MayUse({ "exposition", "graphql", "ledger", "metrics", "metrics.source", "problem" })
@NullMarked
package io.agentmetrics.api.objective;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
