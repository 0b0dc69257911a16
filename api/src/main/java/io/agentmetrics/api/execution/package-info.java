/**
 * The executions behind the numbers, the newest first.
 */
@NullMarked
package io.agentmetrics.api.execution;

import org.jspecify.annotations.NullMarked;
