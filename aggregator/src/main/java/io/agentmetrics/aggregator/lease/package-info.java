/**
 * Who may write now: locks and the fence behind them.
 */
@NullMarked
package io.agentmetrics.aggregator.lease;

import org.jspecify.annotations.NullMarked;
