package io.agentmetrics.api.agent;

import java.util.ArrayList;
import java.util.List;

import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.agentmetrics.model.sketch.LatencySketch;

/**
 * How many executions took how long, or how many tokens; the types {@code Histogram} and
 * {@code TokenHistogram} of the GraphQL schema.
 *
 * @param rankErrorPercent how far the share below the worst edge may be off
 * @param buckets the smallest first, without gaps; none without executions
 */
record Histogram(long count, boolean exact, double rankErrorPercent, List<Bucket> buckets) {

	static final int MAX_BUCKETS = 100;

	/** From this ratio of the largest to the smallest on, equal steps hide most. */
	private static final double WIDE = 20;

	static Histogram of(LatencySketch executions, int buckets) {
		if (buckets < 1 || buckets > MAX_BUCKETS) {
			throw new ProblemException(ProblemKind.BAD_INPUT,
					"The argument 'buckets' must be from 1 to " + MAX_BUCKETS + ", but was " + buckets + ".");
		}
		if (executions.count() == 0) {
			return new Histogram(0, true, 0, List.of());
		}
		List<Long> edges = edges(executions.minMs().orElseThrow(), executions.maxMs().orElseThrow(), buckets);
		List<Bucket> filled = new ArrayList<>();
		double rankError = 0;
		long below = 0;
		for (int i = 1; i < edges.size(); i++) {
			boolean last = i == edges.size() - 1;
			double rank = last ? 1 : executions.rank(edges.get(i) - 1);
			long upTo = Math.round(rank * executions.count());
			filled.add(new Bucket(edges.get(i - 1), edges.get(i), upTo - below));
			rankError = Math.max(rankError, last ? 0 : executions.rankErrorPercent(rank));
			below = upTo;
		}
		return new Histogram(executions.count(), executions.isExact(), Rounding.bound(rankError), filled);
	}

	/** Fewer buckets than wanted where they would be narrower than 1. */
	private static List<Long> edges(long min, long max, int buckets) {
		List<Long> edges = new ArrayList<>();
		edges.add(min);
		boolean wide = max / (min + 1.0) > WIDE;
		for (int i = 1; i < buckets; i++) {
			double share = (double) i / buckets;
			double edge = wide ? Math.exp(Math.log(min + 1.0) * (1 - share) + Math.log(max + 1.0) * share) - 1
					: min + (max - (double) min) * share;
			long rounded = Math.round(edge);
			if (rounded > edges.getLast() && rounded < max) {
				edges.add(rounded);
			}
		}
		edges.add(max);
		return edges;
	}

	/**
	 * Executions that took about the same.
	 *
	 * @param from the least, in milliseconds or tokens
	 * @param to from which on they are in the next bucket; of the last bucket the most
	 * @param count how many
	 */
	record Bucket(long from, long to, long count) {

		public long fromMs() {
			return this.from;
		}

		public long toMs() {
			return this.to;
		}

	}

}
