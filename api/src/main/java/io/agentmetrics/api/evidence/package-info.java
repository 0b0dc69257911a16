/**
 * What is known of agents' executions in a window, from whichever source it was
 * collected.
 */
@NullMarked
package io.agentmetrics.api.evidence;

import org.jspecify.annotations.NullMarked;
