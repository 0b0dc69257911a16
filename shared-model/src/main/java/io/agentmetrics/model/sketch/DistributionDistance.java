package io.agentmetrics.model.sketch;

/**
 * How far two distributions of durations are apart: the two-sample Kolmogorov-Smirnov
 * test.
 *
 * @param distance the largest difference between the shares of both that are at or below
 * the same duration, 0 to 1
 * @param threshold what the distance has to exceed to be more than chance and the
 * sketches' own errors at that duration can explain, 0 to 1
 * @param chance how likely it would be so large or larger if there were no difference:
 * the p-value, 0 to 1, never too small
 */
public record DistributionDistance(double distance, double threshold, double chance) {

	/** The chance of calling a difference significant that is not. */
	private static final double LEVEL = 0.05;

	/**
	 * Smirnov's asymptotic c(&alpha;) = &radic;(&minus;ln(&alpha;/2) / 2), 1.358 at 5 %
	 * (Knuth, The Art of Computer Programming, volume 2, section 3.3.1).
	 */
	private static final double CRITICAL = Math.sqrt(-Math.log(LEVEL / 2) / 2);

	private static final DistributionDistance UNKNOWN = new DistributionDistance(0, 1, 1);

	/**
	 * Compares two sketches where either changes. Few durations never differ
	 * significantly: of 3 and 3 the threshold is 1.
	 * @return their distance; 0 with the threshold and chance 1 if one is empty
	 */
	public static DistributionDistance between(LatencySketch one, LatencySketch other) {
		if (one.count() == 0 || other.count() == 0) {
			return UNKNOWN;
		}
		double distance = 0;
		double errors = 0;
		for (LatencySketch retaining : new LatencySketch[] { one, other }) {
			for (long ms : retaining.retainedMs()) {
				double rank = one.rank(ms);
				double otherRank = other.rank(ms);
				double difference = Math.abs(rank - otherRank);
				if (difference > distance) {
					distance = difference;
					errors = (one.rankErrorPercent(rank) + other.rankErrorPercent(otherRank)) / 100;
				}
			}
		}
		double scale = Math.sqrt(1.0 / one.count() + 1.0 / other.count());
		double deviations = Math.max(distance - errors, 0) / scale;
		return new DistributionDistance(distance, Math.min(CRITICAL * scale + errors, 1),
				Math.min(2 * Math.exp(-2 * deviations * deviations), 1));
	}

	/**
	 * Returns whether the durations have become longer or shorter by more than chance.
	 * @return whether the distance exceeds the threshold
	 */
	public boolean significant() {
		return this.distance > this.threshold;
	}

}
