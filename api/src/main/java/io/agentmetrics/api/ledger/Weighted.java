package io.agentmetrics.api.ledger;

/**
 * An answer, or a question, that takes more room in a cache than a plain one.
 */
public interface Weighted {

	/**
	 * Returns how many plain answers take as much room.
	 * @return at least 1
	 */
	int weight();

}
