/**
 * How GraphQL is served: scalars, limits, errors; knows no feature.
 */
@NullMarked
package io.agentmetrics.api.graphql;

import org.jspecify.annotations.NullMarked;
