package io.agentmetrics.api.metrics.source;

import io.agentmetrics.model.number.SaturatingSum;

/**
 * How many executions started between two moments.
 */
public record SliceCount(long total, long successful, long failed) {

	static final SliceCount NONE = new SliceCount(0, 0, 0);

	SliceCount plus(SliceCount more) {
		return new SliceCount(SaturatingSum.of(this.total, more.total),
				SaturatingSum.of(this.successful, more.successful), SaturatingSum.of(this.failed, more.failed));
	}

}
