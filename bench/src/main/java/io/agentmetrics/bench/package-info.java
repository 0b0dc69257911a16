/**
 * Measurements: the aggregator beside the SQL it replaces, and the sketch by itself.
 */
@NullMarked
package io.agentmetrics.bench;

import org.jspecify.annotations.NullMarked;
