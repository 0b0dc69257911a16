/**
 * Measurements: the aggregator beside the SQL it replaces, the API and the receiver over
 * HTTP, and the sketch by itself.
 */
@NullMarked
package io.agentmetrics.bench;

import org.jspecify.annotations.NullMarked;
