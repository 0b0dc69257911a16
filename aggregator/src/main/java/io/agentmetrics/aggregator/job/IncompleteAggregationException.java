package io.agentmetrics.aggregator.job;

import java.util.List;

/**
 * The run reached its end, but not everything came out right; what did is stored.
 */
final class IncompleteAggregationException extends RuntimeException {

	IncompleteAggregationException(List<String> failures) {
		super(((failures.size() == 1) ? "One failure: " : failures.size() + " failures, each logged; the first: ")
				+ failures.getFirst());
	}

}
