/**
 * The daily rows as files: CSV and JSON.
 */
@MayUse({ "ledger", "limit", "metrics", "problem", "rest" })
@NullMarked
package io.agentmetrics.api.export;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
