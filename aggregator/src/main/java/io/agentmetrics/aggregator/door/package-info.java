/**
 * The ways in for executions whose platform does not write them here itself: a table that
 * it has already, and files.
 */
@NullMarked
package io.agentmetrics.aggregator.door;

import org.jspecify.annotations.NullMarked;
