/**
 * Checks at the start: what is missing is named in one sentence.
 */
@MayUse
@NullMarked
package io.agentmetrics.api.startup;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
