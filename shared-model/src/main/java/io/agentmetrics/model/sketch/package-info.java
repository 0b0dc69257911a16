/**
 * What many executions are summarised to: durations become quantiles, error messages
 * become groups; the only door to DataSketches.
 */
@NullMarked
package io.agentmetrics.model.sketch;

import org.jspecify.annotations.NullMarked;
