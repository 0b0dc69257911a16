package io.agentmetrics.model.sketch;

/**
 * Thrown when stored bytes are not the sketch they should be; the message says what is
 * wrong with them. The sketch is lost, its day can be rebuilt from the raw executions.
 */
public final class CorruptSketchException extends RuntimeException {

	CorruptSketchException(String message) {
		super(message);
	}

}
