/**
 * One execution: a single run of one agent, and what its status means.
 */
@NullMarked
package io.agentmetrics.model.execution;

import org.jspecify.annotations.NullMarked;
