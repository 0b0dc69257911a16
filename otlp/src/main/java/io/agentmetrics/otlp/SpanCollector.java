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
	 * Of one span, or one resource. Exporters send 128 if nobody tells them otherwise; to
	 * read on only to pass them over would take as long as all other spans together.
	 */
	private static final int MOST_ATTRIBUTES = 100_000;

	private final int mostSpans;

	private final Consumer<OtlpSpan> spans;

	private final Set<String> attributes = SpanRules.attributes();

	private final List<OtlpSpan.Builder> ofResource = new ArrayList<>();

	private final List<OtlpSpan.Builder> ofScope = new ArrayList<>();

	private Map<String, String> resource = new HashMap<>();

	private String scope = "";

	private int count;

	private int attributesOfSpan;

	SpanCollector(int mostSpans, Consumer<OtlpSpan> spans) {
		this.mostSpans = mostSpans;
		this.spans = spans;
	}

	static String cut(String text) {
		return (text.length() <= LONGEST_TEXT) ? text : text.substring(0, LONGEST_TEXT);
	}

	/**
	 * Counts an attribute of the span or resource that is read, or of one of its events.
	 */
	void countAttribute() throws OtlpException {
		if (++this.attributesOfSpan > MOST_ATTRIBUTES) {
			throw new OtlpException("More than %d attributes of one span".formatted(MOST_ATTRIBUTES), true);
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
		this.attributesOfSpan = 0;
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
		this.attributesOfSpan = 0;
		this.resource = new HashMap<>();
	}

}
