/**
 * Agents, and their metrics from whichever source is asked for.
 */
@NullMarked
package io.agentmetrics.api.agent;

import org.jspecify.annotations.NullMarked;
