/**
 * A believable agent platform's history, the same one each time: who runs when, how long
 * it takes and what goes wrong.
 */
@NullMarked
package io.agentmetrics.demo.sample;

import org.jspecify.annotations.NullMarked;
