/**
 * Windows, calendar days and their hours in a time zone: the one place that decides when
 * they begin.
 */
@NullMarked
package io.agentmetrics.model.time;

import org.jspecify.annotations.NullMarked;
