package io.agentmetrics.api.health;

import java.time.Instant;

/**
 * The last finished executions of an agent, as many as it takes to judge by or fewer.
 *
 * @param failed the failed ones of them
 * @param usualFinished those of them that also count to what is usual
 * @param usualFailed the failed ones of these
 * @param since when the first of them started
 */
record LastExecutions(long finished, long failed, long usualFinished, long usualFailed, Instant since) {

	static final LastExecutions NONE = new LastExecutions(0, 0, 0, 0, Instant.EPOCH);

	double errorRatePercent() {
		return (this.finished > 0) ? 100.0 * this.failed / this.finished : 0.0;
	}

}
