package io.agentmetrics.otlp;

import java.io.IOException;

/**
 * What was sent is not OTLP, or is more than is read at once. The message says what is
 * wrong and may be shown to whoever sent it.
 */
public final class OtlpException extends IOException {

	private final boolean tooLarge;

	OtlpException(String message, Throwable cause) {
		super(message, cause);
		this.tooLarge = false;
	}

	OtlpException(String message, boolean tooLarge) {
		super(message);
		this.tooLarge = tooLarge;
	}

	/** Returns whether it may be right, but has too much in it. */
	public boolean isTooLarge() {
		return this.tooLarge;
	}

}
