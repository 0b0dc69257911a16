/**
 * Checks at the start: what is missing is named in one sentence.
 */
@NullMarked
package io.agentmetrics.receiver.startup;

import org.jspecify.annotations.NullMarked;
