package io.agentmetrics.otlp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Puts spans together from their resource, their scope and themselves, which may be
 * written in any order.
 */
final class SpanCollector {

	/** What is longer is cut. */
	private static final int LONGEST_TEXT = 4_000;

	/** What is cut to that has no more bytes in UTF-8. */
	static final int LONGEST_TEXT_BYTES = 4 * LONGEST_TEXT;

	/**
	 * Fields, and values in JSON, however few spans a request may have.
	 */
	private static final int LEAST_PARTS = 4_000_000;

	/**
	 * An attribute has 4 in protocol buffers, and 9 in JSON; a span rarely has more than
	 * 40 attributes.
	 */
	private static final int PARTS_PER_SPAN = 400;

	private final int mostSpans;

	private final Consumer<OtlpSpan> spans;

	private final Set<String> attributes = SpanRules.attributes();

	private final List<OtlpSpan.Builder> ofResource = new ArrayList<>();

	private final List<OtlpSpan.Builder> ofScope = new ArrayList<>();

	private Map<String, String> resource = new HashMap<>();

	private String scope = "";

	private int count;

	private final long mostParts;

	private long parts;

	SpanCollector(int mostSpans, Consumer<OtlpSpan> spans) {
		this.mostSpans = mostSpans;
		this.mostParts = Math.max(LEAST_PARTS, (long) PARTS_PER_SPAN * mostSpans);
		this.spans = spans;
	}

	static String cut(String text) {
		return (text.length() <= LONGEST_TEXT) ? text : text.substring(0, LONGEST_TEXT);
	}

	/**
	 * Counts a field or a value, whatever it stands for: the smallest have a byte or two,
	 * and to pass over all that a body may have room for would take a second.
	 */
	void countPart() throws OtlpException {
		if (++this.parts > this.mostParts) {
			throw new OtlpException("More than %d fields and values in one request".formatted(this.mostParts), true);
		}
	}

	boolean needs(String attribute) {
		return this.attributes.contains(attribute);
	}

	/** Returns the attributes of the current resource, to be added to. */
	Map<String, String> resource() {
		return this.resource;
	}

	void scope(String name) {
		this.scope = name;
	}

	OtlpSpan.Builder newSpan() throws OtlpException {
		if (++this.count > this.mostSpans) {
			throw new OtlpException("More than %d spans in one request".formatted(this.mostSpans), true);
		}
		OtlpSpan.Builder span = new OtlpSpan.Builder();
		this.ofScope.add(span);
		return span;
	}

	void endScope() {
		this.ofScope.forEach((span) -> span.scope = this.scope);
		this.ofResource.addAll(this.ofScope);
		this.ofScope.clear();
		this.scope = "";
	}

	void endResource() {
		this.ofResource.forEach((span) -> this.spans.accept(span.build(this.resource)));
		this.ofResource.clear();
		this.resource = new HashMap<>();
	}

}
