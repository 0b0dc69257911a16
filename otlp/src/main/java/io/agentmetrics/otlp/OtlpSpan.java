package io.agentmetrics.otlp;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A span as it was sent, with those of its attributes that the rules ask for.
 *
 * @param traceId 32 hexadecimal digits if it is right
 * @param spanId 16 hexadecimal digits if it is right
 * @param parentId the id of its parent, empty if it has none
 * @param client whether it is the caller's side of a call
 * @param startNanos since 1970
 * @param endNanos since 1970; 0 while it has not ended
 * @param failed whether its status is an error
 * @param exception its last exception event
 * @param attributes by their names, numbers and booleans as text
 * @param resource the attributes of the process that sent it
 * @param scope the name of the library that made it
 */
public record OtlpSpan(String traceId, String spanId, String parentId, String name, boolean client, long startNanos,
		long endNanos, boolean failed, String statusMessage, @Nullable ExceptionEvent exception,
		Map<String, String> attributes, Map<String, String> resource, String scope) {

	/**
	 * An exception that was recorded while a span ran.
	 */
	public record ExceptionEvent(String type, String message) {

	}

	/**
	 * A span whose fields are read in any order.
	 */
	static final class Builder {

		String traceId = "";

		String spanId = "";

		String parentId = "";

		String name = "";

		boolean client;

		long startNanos;

		long endNanos;

		boolean failed;

		String statusMessage = "";

		@Nullable ExceptionEvent exception;

		String scope = "";

		final Map<String, String> attributes = new HashMap<>(4);

		OtlpSpan build(Map<String, String> resource) {
			return new OtlpSpan(this.traceId, this.spanId, this.parentId, this.name, this.client, this.startNanos,
					this.endNanos, this.failed, this.statusMessage, this.exception, this.attributes, resource,
					this.scope);
		}

	}

}
