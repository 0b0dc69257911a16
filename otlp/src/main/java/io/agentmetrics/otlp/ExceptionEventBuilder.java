package io.agentmetrics.otlp;

import java.util.HashMap;
import java.util.Map;

/**
 * An event of a span while it is read.
 */
final class ExceptionEventBuilder {

	String name = "";

	final Map<String, String> attributes = new HashMap<>(4);

	/** Adds it to its span if it is an exception; of several the last one counts. */
	void addTo(OtlpSpan.Builder span) {
		if (this.name.equals("exception")) {
			span.exception = new OtlpSpan.ExceptionEvent(this.attributes.getOrDefault("exception.type", ""),
					this.attributes.getOrDefault("exception.message", ""));
		}
	}

}
