package io.agentmetrics.model.sketch;

import java.util.List;

import org.apache.datasketches.req.ReqSketch;

/**
 * Collects any number of durations in a REQ sketch; for one thread at a time.
 */
final class ReqCollector {

	private static final int BASE_BYTES = 500;

	private final ReqSketch sketch = ReqSketch.builder().setK(ReqLayout.K).setHighRankAccuracy(true).build();

	static ReqDurations merged(List<Distribution> parts) {
		ReqCollector collector = new ReqCollector();
		parts.forEach(collector::add);
		return collector.toDurations();
	}

	void add(long ms) {
		this.sketch.update(DurationCode.encode(ms));
	}

	void add(Distribution durations) {
		switch (durations) {
			case ExactDurations exact -> {
				for (long ms : exact.sorted()) {
					add(ms);
				}
			}
			case ReqDurations summary -> this.sketch.merge(summary.toSketch());
		}
	}

	/** About how much memory this takes: each level has room for as much again. */
	int bytes() {
		return 2 * Float.BYTES * this.sketch.getNumRetained() + BASE_BYTES;
	}

	ReqDurations toDurations() {
		return ReqDurations.of(this.sketch);
	}

}
