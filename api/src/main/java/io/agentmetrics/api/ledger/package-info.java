/**
 * What the aggregator has closed, and what an answer may therefore rest on.
 */
@MayUse({ "limit", "problem" })
@NullMarked
package io.agentmetrics.api.ledger;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
