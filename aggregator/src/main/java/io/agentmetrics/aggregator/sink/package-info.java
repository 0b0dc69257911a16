/**
 * Writing agents' days and the ledger, each write a replacement.
 */
@NullMarked
package io.agentmetrics.aggregator.sink;

import org.jspecify.annotations.NullMarked;
