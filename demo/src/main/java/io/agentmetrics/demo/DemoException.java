package io.agentmetrics.demo;

/**
 * Why the demo cannot go on, in words for who started it.
 */
final class DemoException extends RuntimeException {

	DemoException(String message) {
		super(message);
	}

	DemoException(String message, Throwable cause) {
		super(message, cause);
	}

}
