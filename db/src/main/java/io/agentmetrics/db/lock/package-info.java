/**
 * The advisory locks of both programs, and the error that says who holds one.
 */
@NullMarked
package io.agentmetrics.db.lock;

import org.jspecify.annotations.NullMarked;
