package io.agentmetrics.aggregator.sink;

/**
 * A newer run has started since this one took its lease: this one must not write any
 * more.
 */
public final class FencedOffException extends RuntimeException {

	FencedOffException(String message) {
		super(message);
	}

}
