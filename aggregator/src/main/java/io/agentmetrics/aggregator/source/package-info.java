/**
 * Reading executions: one snapshot, packed rows, what has changed.
 */
@NullMarked
package io.agentmetrics.aggregator.source;

import org.jspecify.annotations.NullMarked;
