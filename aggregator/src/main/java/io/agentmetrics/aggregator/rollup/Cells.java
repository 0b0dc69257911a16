package io.agentmetrics.aggregator.rollup;

import java.util.List;

/**
 * The cells of an agent's day, at most {@value #MAX_STORED} of them.
 *
 * @param distinct how many there were before the smallest became the rest; one more than
 * {@value #MAX_DISTINCT} where they were too many to be told apart
 * @param stored the largest first, and the rest at the end
 */
public record Cells(int distinct, List<Cell> stored) {

	/** So many cells of an agent's day are stored, the rest included. */
	public static final int MAX_STORED = 50;

	/** Beyond this many an agent's day is not cut into cells, which bounds its memory. */
	static final int MAX_DISTINCT = 1_000;

	public Cells {
		stored = List.copyOf(stored);
	}

	/** Returns whether the day is itself its only cell. */
	public boolean isSingle() {
		return this.distinct == 1;
	}

}
