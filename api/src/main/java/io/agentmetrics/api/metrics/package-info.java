/**
 * The words of questions and answers about executions: periods, series, changes.
 */
@MayUse({ "ledger", "problem" })
@NullMarked
package io.agentmetrics.api.metrics;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
