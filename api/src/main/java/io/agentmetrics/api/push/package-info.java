/**
 * Answers that are sent again when they have changed: one look at the database for all
 * subscribers, and then the same queries as always.
 */
@NullMarked
package io.agentmetrics.api.push;

import org.jspecify.annotations.NullMarked;
