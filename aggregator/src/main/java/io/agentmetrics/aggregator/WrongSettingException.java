package io.agentmetrics.aggregator;

/**
 * A setting is wrong; the message says which, and what is allowed.
 */
final class WrongSettingException extends RuntimeException {

	WrongSettingException(String message) {
		super(message);
	}

}
