package io.agentmetrics.api.metrics.source;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.agentmetrics.model.number.SaturatingSum;

/**
 * Executions that started between two moments: how many succeeded, how many failed, and
 * how many took no longer than some limits.
 *
 * @param timed those with a time that was read; 0 without limits
 * @param within of these, for each limit that was asked for, how many took no longer
 */
public record SegmentCounts(long successful, long failed, long timed, List<CountWithin> within) {

	public SegmentCounts {
		within = List.copyOf(within);
	}

	static SegmentCounts empty(int limits) {
		return new SegmentCounts(0, 0, 0, Collections.nCopies(limits, CountWithin.NONE));
	}

	/** Adds other executions, of which the same limits were asked. */
	public SegmentCounts plus(SegmentCounts more) {
		List<CountWithin> both = new ArrayList<>(this.within.size());
		for (int limit = 0; limit < this.within.size(); limit++) {
			both.add(this.within.get(limit).plus(more.within.get(limit)));
		}
		return new SegmentCounts(SaturatingSum.of(this.successful, more.successful),
				SaturatingSum.of(this.failed, more.failed), SaturatingSum.of(this.timed, more.timed), both);
	}

}
