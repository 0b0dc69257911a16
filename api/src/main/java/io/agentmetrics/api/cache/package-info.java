/**
 * Answers that are kept for a while, and computed once however many ask; knows no
 * feature.
 */
@NullMarked
package io.agentmetrics.api.cache;

import org.jspecify.annotations.NullMarked;
