/**
 * The schema of Agent Metrics in PostgreSQL: its migration, and the checks of schema and
 * database that programs make at their start.
 */
@NullMarked
package io.agentmetrics.db;

import org.jspecify.annotations.NullMarked;
