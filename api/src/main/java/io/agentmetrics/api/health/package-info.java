/**
 * Which agents are in trouble: the last 24 hours of each against its own closed days
 * before.
 */
@NullMarked
package io.agentmetrics.api.health;

import org.jspecify.annotations.NullMarked;
