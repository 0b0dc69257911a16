/**
 * The executions behind the numbers, the newest first.
 */
@MayUse({ "graphql", "limit", "metrics", "problem" })
@NullMarked
package io.agentmetrics.api.execution;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
