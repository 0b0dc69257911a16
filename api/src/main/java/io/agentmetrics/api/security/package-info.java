/**
 * Who may ask, and what browsers may do with the answers; knows no feature.
 */
@MayUse({ "graphql", "limit", "problem" })
@NullMarked
package io.agentmetrics.api.security;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
