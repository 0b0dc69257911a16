/**
 * The limits of requests and clients: time, memory, and work in the database; knows no
 * feature.
 */
@MayUse("problem")
@NullMarked
package io.agentmetrics.api.limit;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
