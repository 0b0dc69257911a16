package io.agentmetrics.api.execution;

import java.time.Instant;
import java.util.UUID;

/**
 * An execution's place in the list of its agent's executions, the newest first; it stays
 * a place when the execution is gone.
 */
record ExecutionPosition(Instant start, UUID id) {
}
