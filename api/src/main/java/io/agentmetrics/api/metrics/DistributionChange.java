package io.agentmetrics.api.metrics;

import io.agentmetrics.model.sketch.DistributionDistance;

/**
 * How all the times changed at once; the type of the same name of the GraphQL schema.
 *
 * @param distance the largest difference of the two distributions, 0 to 1
 * @param threshold what it has to exceed, 0 to 1
 * @param significant whether it does
 */
public record DistributionChange(double distance, double threshold, boolean significant) {

	/**
	 * Rounds a distance for clients.
	 * @return the same with few decimals, the threshold never rounded down
	 */
	public static DistributionChange of(DistributionDistance distance) {
		return new DistributionChange(Rounding.share(distance.distance()), Rounding.bound(distance.threshold()),
				distance.significant());
	}

	/** Returns this change, which is significant only if the windows are comparable. */
	public DistributionChange significantIf(boolean comparable) {
		return new DistributionChange(this.distance, this.threshold, this.significant && comparable);
	}

}
