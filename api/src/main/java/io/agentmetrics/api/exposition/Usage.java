package io.agentmetrics.api.exposition;

import java.math.BigDecimal;

import io.agentmetrics.model.number.SaturatingSum;

/**
 * What executions used, as they reported it when they were counted; nothing where they do
 * not.
 *
 * @param cachedInputTokens those of the input tokens that came from a cache
 */
record Usage(long inputTokens, long outputTokens, long cachedInputTokens, BigDecimal costUsd) {

	static final Usage NONE = new Usage(0, 0, 0, BigDecimal.ZERO);

	boolean isNone() {
		return this.inputTokens == 0 && this.outputTokens == 0 && this.cachedInputTokens == 0
				&& this.costUsd.signum() == 0;
	}

	Usage plus(Usage more) {
		return new Usage(SaturatingSum.of(this.inputTokens, more.inputTokens),
				SaturatingSum.of(this.outputTokens, more.outputTokens),
				SaturatingSum.of(this.cachedInputTokens, more.cachedInputTokens), this.costUsd.add(more.costUsd));
	}

}
