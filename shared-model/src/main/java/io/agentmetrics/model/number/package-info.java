/**
 * Sums and percentages that say no more than is known: no overflow, no 100 % with a
 * failure.
 */
@NullMarked
package io.agentmetrics.model.number;

import org.jspecify.annotations.NullMarked;
