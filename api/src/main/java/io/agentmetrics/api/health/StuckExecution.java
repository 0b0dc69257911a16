package io.agentmetrics.api.health;

import io.agentmetrics.model.execution.Execution;

/**
 * An execution that has been in progress for too long; the type of the same name of the
 * GraphQL schema.
 *
 * @param runningMs for how long it has been in progress
 * @param limitMs for how long an execution of this agent may be
 */
record StuckExecution(Execution execution, long runningMs, long limitMs) {
}
