/**
 * Tokens.
 */
@NullMarked
package io.agentmetrics.receiver.security;

import org.jspecify.annotations.NullMarked;
