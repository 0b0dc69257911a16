/**
 * Errors grouped by what their messages have in common.
 */
@NullMarked
package io.agentmetrics.model.error;

import org.jspecify.annotations.NullMarked;
