package io.agentmetrics.otlp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads an export request in JSON: ids are hexadecimal digits, 64-bit numbers are strings
 * or numbers, enumerations are numbers or names, and fields that are not known are
 * skipped.
 */
final class JsonReader {

	/** Of those that a rule asks for: they are held as a whole. */
	private static final int LONGEST_STRING = 8 << 20;

	private static final JsonFactory JSON = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder().maxStringLength(LONGEST_STRING).build())
		.build();

	/**
	 * All that is sent has fields of few names; new ones take ten times as long to read.
	 */
	private static final int MOST_NAMES = 1_000;

	private final JsonParser json;

	private final SpanCollector spans;

	private final Set<String> names = new HashSet<>();

	private JsonReader(JsonParser json, SpanCollector spans) {
		this.json = json;
		this.spans = spans;
	}

	static void read(InputStream body, SpanCollector spans) throws IOException {
		try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), new BlankInput(body))) {
			JsonReader reader = new JsonReader(json, spans);
			reader.next();
			reader.object((field) -> {
				if (field.equals("resourceSpans")) {
					reader.array(() -> {
						reader.object(reader::resourceSpansField);
						spans.endResource();
					});
					return true;
				}
				return false;
			});
			if (reader.next() != null) {
				throw reader.unexpected("nothing more");
			}
		}
		catch (JacksonIOException ex) {
			throw ex.getCause();
		}
		catch (JacksonException ex) {
			throw new OtlpException("The body is not JSON: " + ex.getOriginalMessage(), ex);
		}
	}

	private boolean resourceSpansField(String field) throws IOException {
		switch (field) {
			case "resource" -> object((inner) -> inner.equals("attributes") && attributes(this.spans.resource()));
			case "scopeSpans" -> array(() -> {
				object(this::scopeSpansField);
				this.spans.endScope();
			});
			default -> {
				return false;
			}
		}
		return true;
	}

	private boolean scopeSpansField(String field) throws IOException {
		switch (field) {
			case "scope" -> object((inner) -> {
				if (inner.equals("name")) {
					this.spans.scope(text());
					return true;
				}
				return false;
			});
			case "spans" -> array(() -> {
				OtlpSpan.Builder span = this.spans.newSpan();
				object((inner) -> spanField(span, inner));
			});
			default -> {
				return false;
			}
		}
		return true;
	}

	private boolean spanField(OtlpSpan.Builder span, String field) throws IOException {
		switch (field) {
			case "traceId" -> span.traceId = text();
			case "spanId" -> span.spanId = text();
			case "parentSpanId" -> span.parentId = text();
			case "name" -> span.name = text();
			case "kind" -> span.client = is(3, "SPAN_KIND_CLIENT");
			case "startTimeUnixNano" -> span.startNanos = number();
			case "endTimeUnixNano" -> span.endNanos = number();
			case "attributes" -> attributes(span.attributes);
			case "events" -> array(() -> event(span));
			case "status" -> object((inner) -> statusField(span, inner));
			default -> {
				return false;
			}
		}
		return true;
	}

	private boolean statusField(OtlpSpan.Builder span, String field) throws IOException {
		switch (field) {
			case "message" -> span.statusMessage = text();
			case "code" -> span.failed = is(2, "STATUS_CODE_ERROR");
			default -> {
				return false;
			}
		}
		return true;
	}

	private void event(OtlpSpan.Builder span) throws IOException {
		ExceptionEventBuilder event = new ExceptionEventBuilder();
		object((field) -> {
			switch (field) {
				case "name" -> event.name = text();
				case "attributes" -> attributes(event.attributes);
				default -> {
					return false;
				}
			}
			return true;
		});
		event.addTo(span);
	}

	private boolean attributes(Map<String, String> attributes) throws IOException {
		array(() -> attribute(attributes));
		return true;
	}

	/** The value may stand before the key. */
	private void attribute(Map<String, String> attributes) throws IOException {
		@Nullable String[] read = new @Nullable String[2];
		object((field) -> {
			switch (field) {
				case "key" -> read[0] = this.json.getString();
				case "value" -> {
					String key = read[0];
					if (key != null && !this.spans.needs(key)) {
						return false;
					}
					object((type) -> {
						if (type.endsWith("Value") && this.json.currentToken().isScalarValue()) {
							read[1] = text();
							return true;
						}
						return false;
					});
				}
				default -> {
					return false;
				}
			}
			return true;
		});
		String key = read[0];
		String value = read[1];
		if (key != null && value != null && this.spans.needs(key)) {
			attributes.put(key, value);
		}
	}

	/** Reads a string, or a number or a boolean as text. */
	private String text() throws IOException {
		if (this.json.currentToken() == JsonToken.VALUE_NULL) {
			return "";
		}
		if (!this.json.currentToken().isScalarValue()) {
			throw unexpected("a string");
		}
		return SpanCollector.cut(this.json.getString());
	}

	private boolean is(int number, String name) throws IOException {
		String value = text();
		return value.equals(name) || value.equals(String.valueOf(number));
	}

	/** Reads an unsigned 64-bit number, whatever its quotes. */
	private long number() throws IOException {
		String value = text();
		try {
			return value.isEmpty() ? 0 : Long.parseUnsignedLong(value);
		}
		catch (NumberFormatException ex) {
			throw unexpected("a whole number of nanoseconds");
		}
	}

	/** Reads the object at hand. */
	private void object(Field reader) throws IOException {
		if (this.json.currentToken() == JsonToken.VALUE_NULL) {
			return;
		}
		if (this.json.currentToken() != JsonToken.START_OBJECT) {
			throw unexpected("an object");
		}
		while (next() != JsonToken.END_OBJECT) {
			String field = this.json.currentName();
			next();
			if (!reader.read(field)) {
				skip();
			}
		}
	}

	private void array(Element reader) throws IOException {
		if (this.json.currentToken() == JsonToken.VALUE_NULL) {
			return;
		}
		if (this.json.currentToken() != JsonToken.START_ARRAY) {
			throw unexpected("an array");
		}
		while (next() != JsonToken.END_ARRAY) {
			reader.read();
		}
	}

	/** Returns the next token, null at the end of the body. */
	private JsonToken next() throws IOException {
		this.spans.countPart();
		JsonToken token = this.json.nextToken();
		if (token == JsonToken.PROPERTY_NAME && this.names.add(this.json.currentName())
				&& this.names.size() > MOST_NAMES) {
			throw new OtlpException("More than %d names of fields".formatted(MOST_NAMES), true);
		}
		return token;
	}

	/** Passes over the value at hand. */
	private void skip() throws IOException {
		int depth = this.json.currentToken().isStructStart() ? 1 : 0;
		while (depth > 0) {
			JsonToken token = next();
			depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
		}
	}

	private OtlpException unexpected(String expected) {
		return new OtlpException(
				"The body is not an ExportTraceServiceRequest in JSON: %s is expected in line %d, column %d".formatted(
						expected, this.json.currentTokenLocation().getLineNr(),
						this.json.currentTokenLocation().getColumnNr()),
				false);
	}

	/**
	 * Reads the value of a field, or returns that it does not know it.
	 */
	@FunctionalInterface
	private interface Field {

		boolean read(String name) throws IOException;

	}

	/**
	 * Reads an element of an array.
	 */
	@FunctionalInterface
	private interface Element {

		void read() throws IOException;

	}

	/**
	 * Refuses a body that goes on with blanks: they are the one thing between tokens, and
	 * compress to nothing.
	 */
	private static final class BlankInput extends FilterInputStream {

		private static final int MOST_BLANKS = 4 << 20;

		private int blanks;

		BlankInput(InputStream body) {
			super(body);
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			int count = super.read(target, offset, length);
			int blank = 0;
			while (blank < count && target[offset + blank] <= ' ' && target[offset + blank] > 0) {
				blank++;
			}
			this.blanks = (blank == count) ? this.blanks + blank : 0;
			if (this.blanks > MOST_BLANKS) {
				throw new OtlpException("More than %d MiB of blanks in a row".formatted(MOST_BLANKS >> 20), true);
			}
			return count;
		}

	}

}
