/**
 * What the aggregator has closed, and what an answer may therefore rest on.
 */
@NullMarked
package io.agentmetrics.api.ledger;

import org.jspecify.annotations.NullMarked;
