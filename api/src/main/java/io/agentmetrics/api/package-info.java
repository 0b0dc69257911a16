/**
 * The application that answers questions about agents.
 */
@NullMarked
package io.agentmetrics.api;

import org.jspecify.annotations.NullMarked;
