/**
 * Which agents are in trouble: the last 24 hours of each against its own closed days
 * before.
 */
@MayUse({ "execution", "graphql", "ledger", "metrics", "problem" })
@NullMarked
package io.agentmetrics.api.health;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
