/**
 * Who may ask, and what browsers may do with the answers; knows no feature.
 */
@NullMarked
package io.agentmetrics.api.security;

import org.jspecify.annotations.NullMarked;
