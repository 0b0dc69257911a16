package io.agentmetrics.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * Spans as exporters send them, with ids that nobody has sent before.
 */
final class GeneratedSpans {

	static final int SPANS_PER_RUN = 10;

	private static final int AGENTS = 50;

	private GeneratedSpans() {
	}

	/**
	 * Returns an export of runs: an agent, its calls of a model, and its calls of tools.
	 */
	static byte[] runs(int count) {
		ScopeSpans.Builder spans = ScopeSpans.newBuilder();
		for (int run = 0; run < count; run++) {
			ByteString trace = id(16);
			ByteString agent = id(8);
			long start = now();
			spans.addSpans(span(trace, agent, start).setName("invoke_agent")
				.addAttributes(text("gen_ai.operation.name", "invoke_agent"))
				.addAttributes(text("gen_ai.agent.name", "agent " + ThreadLocalRandom.current().nextInt(AGENTS)))
				.addAttributes(text("user.id", "user " + ThreadLocalRandom.current().nextInt(1_000))));
			for (int i = 1; i < SPANS_PER_RUN; i++) {
				Span.Builder inner = span(trace, id(8), start + i).setParentSpanId(agent);
				if (i % 2 == 0) {
					inner.setName("execute_tool search")
						.addAttributes(text("gen_ai.operation.name", "execute_tool"))
						.addAttributes(text("gen_ai.tool.name", "search"))
						.addAttributes(text("gen_ai.tool.call.id", "call_" + i));
				}
				else {
					inner.setName("chat large")
						.setKind(Span.SpanKind.SPAN_KIND_CLIENT)
						.addAttributes(text("gen_ai.operation.name", "chat"))
						.addAttributes(text("gen_ai.request.model", "large"))
						.addAttributes(number("gen_ai.usage.input_tokens", 1_200 + i))
						.addAttributes(number("gen_ai.usage.output_tokens", 80));
				}
				spans.addSpans(inner);
			}
		}
		return export(spans);
	}

	/** Returns an export of spans of one trace, each the parent of the one before. */
	static byte[] circle(int count) {
		ByteString trace = id(16);
		ByteString[] ids = IntStream.range(0, count).mapToObj((i) -> id(8)).toArray(ByteString[]::new);
		return export(count,
				(i) -> span(trace, ids[i], now()).setParentSpanId(ids[(i + 1) % count])
					.addAttributes(text("gen_ai.operation.name", "invoke_agent"))
					.addAttributes(text("gen_ai.agent.name", "round")));
	}

	/** Returns an export of spans that are their own parents. */
	static byte[] selfParents(int count) {
		ByteString trace = id(16);
		return export(count, (i) -> {
			ByteString id = id(8);
			return span(trace, id, now()).setParentSpanId(id);
		});
	}

	/** Returns an export of runs, each of an agent that nobody has heard of. */
	static byte[] newAgents(int count) {
		ByteString trace = id(16);
		return export(count,
				(i) -> span(trace, id(8), now()).addAttributes(text("gen_ai.operation.name", "invoke_agent"))
					.addAttributes(text("gen_ai.agent.name",
							"new " + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36))));
	}

	/** Returns an export of runs of one agent that begin at a moment. */
	static byte[] starting(Instant start, int count) {
		ByteString trace = id(16);
		long nanos = TimeUnit.SECONDS.toNanos(start.getEpochSecond());
		return export(count,
				(i) -> span(trace, id(8), nanos).addAttributes(text("gen_ai.operation.name", "invoke_agent"))
					.addAttributes(text("gen_ai.agent.name", "agent 1")));
	}

	/** Returns an export of one run that has as many attributes more. */
	static byte[] attributes(int count) {
		Span.Builder span = span(id(16), id(8), now()).addAttributes(text("gen_ai.operation.name", "invoke_agent"))
			.addAttributes(text("gen_ai.agent.name", "agent 1"));
		for (int i = 0; i < count; i++) {
			span.addAttributes(number("k" + i, i));
		}
		return export(1, (i) -> span);
	}

	/** Returns an export of one run with an attribute of as many bytes. */
	static byte[] longText(String attribute, int bytes) {
		return export(1,
				(i) -> span(id(16), id(8), now()).addAttributes(text("gen_ai.operation.name", "invoke_agent"))
					.addAttributes(text("gen_ai.agent.name", "agent 1"))
					.addAttributes(text(attribute, "x".repeat(bytes))));
	}

	/** Returns an export whose names are bytes that are no UTF-8. */
	static byte[] badUtf8(int count) {
		ByteString trace = id(16);
		byte[] export = export(count,
				(i) -> span(trace, id(8), now()).setName("@@@@")
					.addAttributes(text("gen_ai.operation.name", "invoke_agent"))
					.addAttributes(text("gen_ai.agent.name", "@@@@")));
		for (int i = 0; i < export.length; i++) {
			export[i] = (export[i] == '@') ? (byte) 0xFF : export[i];
		}
		return export;
	}

	static byte[] gzip(byte[] content) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (OutputStream compressed = new GZIPOutputStream(bytes)) {
			compressed.write(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private static byte[] export(int count, IntFunction<Span.Builder> span) {
		ScopeSpans.Builder spans = ScopeSpans.newBuilder();
		for (int i = 0; i < count; i++) {
			spans.addSpans(span.apply(i));
		}
		return export(spans);
	}

	private static byte[] export(ScopeSpans.Builder spans) {
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder()
				.setResource(Resource.newBuilder()
					.addAttributes(text("service.name", "shop"))
					.addAttributes(text("service.version", "1.4.2"))
					.addAttributes(text("deployment.environment.name", "production")))
				.addScopeSpans(spans))
			.build()
			.toByteArray();
	}

	private static Span.Builder span(ByteString trace, ByteString id, long start) {
		return Span.newBuilder()
			.setTraceId(trace)
			.setSpanId(id)
			.setStartTimeUnixNano(start)
			.setEndTimeUnixNano(start + TimeUnit.SECONDS.toNanos(2));
	}

	private static ByteString id(int bytes) {
		ByteBuffer id = ByteBuffer.allocate(bytes);
		while (id.hasRemaining()) {
			id.putLong(ThreadLocalRandom.current().nextLong());
		}
		return ByteString.copyFrom(id.flip());
	}

	private static long now() {
		return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
	}

	private static KeyValue text(String key, String value) {
		return KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setStringValue(value)).build();
	}

	private static KeyValue number(String key, long value) {
		return KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setIntValue(value)).build();
	}

}
