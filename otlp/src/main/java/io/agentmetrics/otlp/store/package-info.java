/**
 * The one place where spans become executions: every door hands what it has received to
 * {@link io.agentmetrics.otlp.store.SpanStore}.
 */
@NullMarked
package io.agentmetrics.otlp.store;

import org.jspecify.annotations.NullMarked;
