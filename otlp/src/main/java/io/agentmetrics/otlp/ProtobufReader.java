package io.agentmetrics.otlp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import org.jspecify.annotations.Nullable;

/**
 * Reads an export request in protocol buffers, field by field: the generated classes
 * would hold all of it.
 */
final class ProtobufReader {

	private static final int BUFFER = 1 << 16;

	private final CodedInputStream input;

	private final SpanCollector spans;

	ProtobufReader(InputStream body, SpanCollector spans) {
		this.input = CodedInputStream.newInstance(body, BUFFER);
		this.spans = spans;
	}

	void read() throws IOException {
		try {
			fields((field) -> {
				if (field == ExportTraceServiceRequest.RESOURCE_SPANS_FIELD_NUMBER) {
					message(this::resourceSpansField);
					this.spans.endResource();
					return true;
				}
				return false;
			});
		}
		catch (InvalidProtocolBufferException ex) {
			// where the body itself cannot be read, this stands for it
			if (ex.getCause() instanceof IOException unreadable) {
				throw unreadable;
			}
			throw new OtlpException("The body is not an ExportTraceServiceRequest in protocol buffers", ex);
		}
	}

	private boolean resourceSpansField(int field) throws IOException {
		switch (field) {
			case ResourceSpans.RESOURCE_FIELD_NUMBER ->
				message((inner) -> inner == Resource.ATTRIBUTES_FIELD_NUMBER && attribute(this.spans.resource()));
			case ResourceSpans.SCOPE_SPANS_FIELD_NUMBER -> {
				message(this::scopeSpansField);
				this.spans.endScope();
			}
			default -> {
				return false;
			}
		}
		return true;
	}

	private boolean scopeSpansField(int field) throws IOException {
		switch (field) {
			case ScopeSpans.SCOPE_FIELD_NUMBER -> message((inner) -> {
				if (inner == InstrumentationScope.NAME_FIELD_NUMBER) {
					this.spans.scope(text());
					return true;
				}
				return false;
			});
			case ScopeSpans.SPANS_FIELD_NUMBER -> {
				OtlpSpan.Builder span = this.spans.newSpan();
				message((inner) -> spanField(span, inner));
			}
			default -> {
				return false;
			}
		}
		return true;
	}

	private boolean spanField(OtlpSpan.Builder span, int field) throws IOException {
		switch (field) {
			case Span.TRACE_ID_FIELD_NUMBER -> span.traceId = id();
			case Span.SPAN_ID_FIELD_NUMBER -> span.spanId = id();
			case Span.PARENT_SPAN_ID_FIELD_NUMBER -> span.parentId = id();
			case Span.NAME_FIELD_NUMBER -> span.name = text();
			case Span.KIND_FIELD_NUMBER -> span.client = this.input.readEnum() == Span.SpanKind.SPAN_KIND_CLIENT_VALUE;
			case Span.START_TIME_UNIX_NANO_FIELD_NUMBER -> span.startNanos = this.input.readFixed64();
			case Span.END_TIME_UNIX_NANO_FIELD_NUMBER -> span.endNanos = this.input.readFixed64();
			case Span.ATTRIBUTES_FIELD_NUMBER -> attribute(span.attributes);
			case Span.EVENTS_FIELD_NUMBER -> event(span);
			case Span.STATUS_FIELD_NUMBER -> message((inner) -> statusField(span, inner));
			default -> {
				return false;
			}
		}
		return true;
	}

	private boolean statusField(OtlpSpan.Builder span, int field) throws IOException {
		switch (field) {
			case Status.MESSAGE_FIELD_NUMBER -> span.statusMessage = text();
			case Status.CODE_FIELD_NUMBER ->
				span.failed = this.input.readEnum() == Status.StatusCode.STATUS_CODE_ERROR_VALUE;
			default -> {
				return false;
			}
		}
		return true;
	}

	private void event(OtlpSpan.Builder span) throws IOException {
		ExceptionEventBuilder event = new ExceptionEventBuilder();
		message((inner) -> {
			switch (inner) {
				case Span.Event.NAME_FIELD_NUMBER -> event.name = text();
				case Span.Event.ATTRIBUTES_FIELD_NUMBER -> attribute(event.attributes);
				default -> {
					return false;
				}
			}
			return true;
		});
		event.addTo(span);
	}

	/** The value may stand before the key. */
	private boolean attribute(Map<String, String> attributes) throws IOException {
		String[] read = new String[2];
		message((inner) -> {
			switch (inner) {
				case KeyValue.KEY_FIELD_NUMBER -> read[0] = this.input.readString();
				case KeyValue.VALUE_FIELD_NUMBER -> {
					if (read[0] != null && !this.spans.needs(read[0])) {
						return false;
					}
					message((value) -> {
						String text = value(value);
						read[1] = (text != null) ? text : read[1];
						return text != null;
					});
				}
				default -> {
					return false;
				}
			}
			return true;
		});
		if (read[0] != null && read[1] != null && this.spans.needs(read[0])) {
			attributes.put(read[0], read[1]);
		}
		return true;
	}

	private @Nullable String value(int field) throws IOException {
		return switch (field) {
			case AnyValue.STRING_VALUE_FIELD_NUMBER -> text();
			case AnyValue.BOOL_VALUE_FIELD_NUMBER -> String.valueOf(this.input.readBool());
			case AnyValue.INT_VALUE_FIELD_NUMBER -> String.valueOf(this.input.readInt64());
			case AnyValue.DOUBLE_VALUE_FIELD_NUMBER -> String.valueOf(this.input.readDouble());
			default -> null;
		};
	}

	/** Of a long text only the beginning is held. */
	private String text() throws IOException {
		int length = this.input.readRawVarint32();
		if (length < 0) {
			throw new InvalidProtocolBufferException("A length is negative");
		}
		int held = Math.min(length, SpanCollector.LONGEST_TEXT_BYTES);
		byte[] text = this.input.readRawBytes(held);
		this.input.skipRawBytes(length - held);
		return SpanCollector.cut(new String(text, StandardCharsets.UTF_8));
	}

	private String id() throws IOException {
		byte[] bytes = this.input.readByteArray();
		return (bytes.length <= 16) ? HexFormat.of().formatHex(bytes) : "too long";
	}

	private void message(Field reader) throws IOException {
		int outer = this.input.pushLimit(this.input.readRawVarint32());
		fields(reader);
		// the body may end before the message does
		if (this.input.getBytesUntilLimit() != 0) {
			throw new InvalidProtocolBufferException("The body is cut");
		}
		this.input.popLimit(outer);
	}

	private void fields(Field reader) throws IOException {
		int tag;
		while ((tag = this.input.readTag()) != 0) {
			this.spans.countPart();
			if (!reader.read(WireFormat.getTagFieldNumber(tag)) && !this.input.skipField(tag)) {
				throw new InvalidProtocolBufferException("A group ends that has not begun");
			}
		}
	}

	/**
	 * Reads a field, or returns that it does not know it.
	 */
	@FunctionalInterface
	private interface Field {

		boolean read(int number) throws IOException;

	}

}
