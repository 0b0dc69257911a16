/**
 * The same answers over plain HTTP: JSON with snake_case names, and the daily rows as
 * files.
 */
@MayUse({ "dashboard", "ledger", "limit", "metrics", "metrics.source", "problem" })
@NullMarked
package io.agentmetrics.api.export;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
