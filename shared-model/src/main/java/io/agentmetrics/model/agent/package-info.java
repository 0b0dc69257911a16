/**
 * Agents whose executions are measured.
 */
@NullMarked
package io.agentmetrics.model.agent;

import org.jspecify.annotations.NullMarked;
