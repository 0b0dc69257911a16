/**
 * Durations summarised to quantiles that can be stored and added up. Only this package
 * uses DataSketches.
 */
@NullMarked
package io.agentmetrics.model.sketch;

import org.jspecify.annotations.NullMarked;
