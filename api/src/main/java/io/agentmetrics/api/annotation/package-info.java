/**
 * What happened beside the executions, for the time axis of their metrics: deployments
 * and incidents that somebody has noted, and agents' new releases.
 */
@MayUse({ "dashboard", "graphql", "limit", "metrics", "metrics.source", "problem" })
@NullMarked
package io.agentmetrics.api.annotation;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
