/**
 * Serves the page's files so that browsers keep them exactly as long as they are right.
 */
@MayUse
@NullMarked
package io.agentmetrics.api.page;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
