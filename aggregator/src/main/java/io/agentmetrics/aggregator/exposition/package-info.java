/**
 * How far a run is, shown to Prometheus while it lasts and pushed at its end.
 */
@NullMarked
package io.agentmetrics.aggregator.exposition;

import org.jspecify.annotations.NullMarked;
