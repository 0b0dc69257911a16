/**
 * What the aggregator stores: agents' days, the ledger of days, and how runs went.
 */
@NullMarked
package io.agentmetrics.aggregator.sink;

import org.jspecify.annotations.NullMarked;
