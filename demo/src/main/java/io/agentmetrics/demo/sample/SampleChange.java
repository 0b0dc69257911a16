package io.agentmetrics.demo.sample;

import java.time.Instant;

/**
 * What bringing the sample up to the present did.
 *
 * @param from the moment from which executions were added
 * @param first whether there was none before
 * @param added how many executions were added
 * @param ended how many that were in progress went on or ended
 */
public record SampleChange(Instant from, boolean first, long added, int ended) {
}
