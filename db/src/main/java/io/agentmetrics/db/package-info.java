/**
 * The schema of Agent Metrics in PostgreSQL: how it gets there and how a program tells
 * that it is there.
 */
@NullMarked
package io.agentmetrics.db;

import org.jspecify.annotations.NullMarked;
