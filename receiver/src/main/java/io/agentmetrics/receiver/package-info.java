/**
 * The program that takes spans from exporters of OpenTelemetry: {@code trace} receives
 * them, {@code security} asks for tokens, {@code startup} checks what is needed.
 */
@NullMarked
package io.agentmetrics.receiver;

import org.jspecify.annotations.NullMarked;
