/**
 * Agents, and their metrics from whichever source is asked for.
 */
@MayUse({ "graphql", "health", "metrics", "metrics.source", "problem" })
@NullMarked
package io.agentmetrics.api.agent;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
