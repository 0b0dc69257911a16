/**
 * The closed list of what can go wrong for a caller.
 */
@MayUse
@NullMarked
package io.agentmetrics.api.problem;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
