/**
 * How export requests are answered, by the specification of OTLP over HTTP.
 */
@NullMarked
package io.agentmetrics.receiver.trace;

import org.jspecify.annotations.NullMarked;
