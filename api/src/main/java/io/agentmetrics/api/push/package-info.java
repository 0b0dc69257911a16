/**
 * Answers that are sent again when they have changed: one look at the database for all
 * subscribers, and then the same queries as always.
 */
@MayUse({ "dashboard", "graphql", "ledger", "metrics.source", "problem" })
@NullMarked
package io.agentmetrics.api.push;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
