package io.agentmetrics.api.ledger;

/**
 * Tells how far the aggregator has come.
 */
public interface LedgerQuery {

	/**
	 * Returns the ledger, at most a few seconds old.
	 * @return how far the aggregator has come
	 */
	Ledger current();

}
