package io.agentmetrics.receiver.startup;

/**
 * A setting that has no default is missing; the message names it.
 */
final class MissingSettingException extends RuntimeException {

	MissingSettingException(String message) {
		super(message);
	}

}
