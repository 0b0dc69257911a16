package io.agentmetrics.otlp;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A span that a test sends.
 */
public final class SentSpan {

	public static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	/** 2026-11-20T09:15:00Z. */
	public static final long NINE_FIFTEEN = 1_795_166_100_000_000_000L;

	private static final long SECOND = 1_000_000_000;

	private final OtlpSpan.Builder span = new OtlpSpan.Builder();

	private final Map<String, String> resource = new HashMap<>(Map.of("service.name", "shop"));

	private SentSpan(int number) {
		this.span.traceId = TRACE;
		this.span.spanId = id(number);
		this.span.name = "any";
		this.span.startNanos = NINE_FIFTEEN + number * SECOND;
		this.span.endNanos = this.span.startNanos + 10 * SECOND;
	}

	/**
	 * A span that takes ten seconds, and begins as many after the first as its number.
	 */
	public static SentSpan of(int number) {
		return new SentSpan(number);
	}

	public static SentSpan agent(int number, String name) {
		return of(number).with("gen_ai.operation.name", "invoke_agent").with("gen_ai.agent.name", name);
	}

	public static SentSpan modelCall(int number, int input, int output) {
		return of(number).with("gen_ai.operation.name", "chat").tokens(input, output);
	}

	public static String id(int number) {
		return "%016x".formatted(number);
	}

	public SentSpan in(int parent) {
		this.span.parentId = id(parent);
		return this;
	}

	public SentSpan trace(String id) {
		this.span.traceId = id;
		return this;
	}

	public SentSpan named(String name) {
		this.span.name = name;
		return this;
	}

	public SentSpan scope(String name) {
		this.span.scope = name;
		return this;
	}

	public SentSpan with(String attribute, String value) {
		this.span.attributes.put(attribute, value);
		return this;
	}

	public SentSpan tokens(int input, int output) {
		return with("gen_ai.usage.input_tokens", String.valueOf(input)).with("gen_ai.usage.output_tokens",
				String.valueOf(output));
	}

	public SentSpan resource(String attribute, String value) {
		this.resource.put(attribute, value);
		return this;
	}

	public SentSpan withoutService() {
		this.resource.clear();
		return this;
	}

	public SentSpan client() {
		this.span.client = true;
		return this;
	}

	public SentSpan starting(long nanos) {
		this.span.startNanos = nanos;
		return this;
	}

	public SentSpan ending(long nanos) {
		this.span.endNanos = nanos;
		return this;
	}

	public SentSpan failed(String message) {
		this.span.failed = true;
		this.span.statusMessage = message;
		return this;
	}

	public SentSpan exception(String type, String message) {
		this.span.exception = new OtlpSpan.ExceptionEvent(type, message);
		return this;
	}

	public OtlpSpan sent() {
		return this.span.build(this.resource);
	}

	public SpanReading reading() {
		return new SpanRules(Set.of()).read(sent());
	}

	public TraceSpan read() {
		return (TraceSpan) reading();
	}

}
