/**
 * Windows of time to ask about, and what is known of an agent's executions in one.
 */
@NullMarked
package io.agentmetrics.api.window;

import org.jspecify.annotations.NullMarked;
