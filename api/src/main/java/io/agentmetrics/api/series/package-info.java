/**
 * A window cut into hours, days or weeks, and what was measured in each.
 */
@NullMarked
package io.agentmetrics.api.series;

import org.jspecify.annotations.NullMarked;
