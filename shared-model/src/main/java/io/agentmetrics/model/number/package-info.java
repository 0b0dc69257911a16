/**
 * Sums that do not overflow, percentages that are not rounded to 0 or 100, and numbers as
 * bytes.
 */
@NullMarked
package io.agentmetrics.model.number;

import org.jspecify.annotations.NullMarked;
