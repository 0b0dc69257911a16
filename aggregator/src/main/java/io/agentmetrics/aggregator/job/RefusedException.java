package io.agentmetrics.aggregator.job;

/**
 * A request that cannot be carried out as it is; the message says what is wrong and what
 * is allowed.
 */
public final class RefusedException extends RuntimeException {

	public RefusedException(String message) {
		super(message);
	}

}
