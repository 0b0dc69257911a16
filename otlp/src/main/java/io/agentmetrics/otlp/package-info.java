/**
 * Spans of OpenTelemetry: how they are read, and which of them are runs of agents.
 */
@NullMarked
package io.agentmetrics.otlp;

import org.jspecify.annotations.NullMarked;
