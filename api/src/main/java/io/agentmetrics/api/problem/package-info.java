/**
 * The closed list of what can go wrong for a caller.
 */
@NullMarked
package io.agentmetrics.api.problem;

import org.jspecify.annotations.NullMarked;
