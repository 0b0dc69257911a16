/**
 * The demo: one command that starts a database, fills it, and runs the aggregator, the
 * receiver and the API against it, each in a process of its own.
 */
@NullMarked
package io.agentmetrics.demo;

import org.jspecify.annotations.NullMarked;
