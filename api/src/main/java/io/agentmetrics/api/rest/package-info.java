/**
 * The metrics as JSON under addresses, described by OpenAPI.
 */
@MayUse({ "graphql", "metrics", "problem" })
@NullMarked
package io.agentmetrics.api.rest;

import io.agentmetrics.api.MayUse;
import org.jspecify.annotations.NullMarked;
