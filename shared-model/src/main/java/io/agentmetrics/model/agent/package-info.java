/**
 * One agent: what it is called and since when it is known.
 */
@NullMarked
package io.agentmetrics.model.agent;

import org.jspecify.annotations.NullMarked;
