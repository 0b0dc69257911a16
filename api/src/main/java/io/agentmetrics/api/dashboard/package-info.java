/**
 * All agents together: counts, rankings, days.
 */
@NullMarked
package io.agentmetrics.api.dashboard;

import org.jspecify.annotations.NullMarked;
