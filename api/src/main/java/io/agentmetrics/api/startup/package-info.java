/**
 * What must be there before the application serves, said in one sentence if it is not.
 */
@MayUse
@NullMarked
package io.agentmetrics.api.startup;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
