/**
 * Answers from the raw executions: exact, over any window.
 */
@NullMarked
package io.agentmetrics.api.realtime;

import org.jspecify.annotations.NullMarked;
