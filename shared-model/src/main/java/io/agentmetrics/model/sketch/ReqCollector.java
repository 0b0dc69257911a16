package io.agentmetrics.model.sketch;

import org.apache.datasketches.req.ReqSketch;

/**
 * Collects any number of durations in a REQ sketch; for one thread at a time.
 */
final class ReqCollector {

	private final ReqSketch sketch = ReqSketch.builder().setK(ReqDurations.K).setHighRankAccuracy(true).build();

	void add(long ms) {
		this.sketch.update(DurationCode.encode(ms));
	}

	void add(ReqDurations durations) {
		this.sketch.merge(durations.toSketch());
	}

	ReqDurations toDurations() {
		return ReqDurations.of(this.sketch);
	}

}
