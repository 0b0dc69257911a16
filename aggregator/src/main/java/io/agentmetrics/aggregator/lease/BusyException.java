package io.agentmetrics.aggregator.lease;

/**
 * Another aggregator is at work; the message says which.
 */
public final class BusyException extends RuntimeException {

	BusyException(String message) {
		super(message);
	}

}
