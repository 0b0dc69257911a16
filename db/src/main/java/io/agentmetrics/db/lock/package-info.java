/**
 * The registry of advisory locks, and what is said when a lock is not to be had.
 */
@NullMarked
package io.agentmetrics.db.lock;

import org.jspecify.annotations.NullMarked;
