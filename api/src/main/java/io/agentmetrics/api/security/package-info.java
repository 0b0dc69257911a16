/**
 * Tokens, and the rules for browsers and proxies; knows no feature.
 */
@MayUse({ "graphql", "limit", "problem" })
@NullMarked
package io.agentmetrics.api.security;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
