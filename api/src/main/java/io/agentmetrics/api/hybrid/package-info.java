/**
 * Answers from closed days where they still say what the executions say, and from the raw
 * executions of every other day.
 */
@NullMarked
package io.agentmetrics.api.hybrid;

import org.jspecify.annotations.NullMarked;
