/**
 * Reading executions under one snapshot, and which of them have changed.
 */
@NullMarked
package io.agentmetrics.aggregator.source;

import org.jspecify.annotations.NullMarked;
