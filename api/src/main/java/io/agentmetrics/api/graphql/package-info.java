/**
 * How GraphQL is served: scalars, limits, errors; knows no feature.
 */
@MayUse({ "limit", "problem" })
@NullMarked
package io.agentmetrics.api.graphql;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
