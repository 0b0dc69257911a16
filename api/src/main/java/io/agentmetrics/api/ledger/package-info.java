/**
 * The days that the aggregator has closed, what answers about them leave out, and the
 * caches of answers.
 */
@MayUse({ "limit", "problem" })
@NullMarked
package io.agentmetrics.api.ledger;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
