/**
 * What became of the spans that exporters have sent, as the receiver counted them.
 */
@MayUse({ "graphql", "ledger", "metrics", "problem" })
@NullMarked
package io.agentmetrics.api.reception;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
