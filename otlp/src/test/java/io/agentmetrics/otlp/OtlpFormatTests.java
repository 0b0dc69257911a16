package io.agentmetrics.otlp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * How export requests are read.
 */
class OtlpFormatTests {

	private static final String JSON = """
			{"resourceSpans": [{
				"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
				"scopeSpans": [{
					"scope": {"name": "my.library", "version": "1"},
					"spans": [{
						"traceId": "0AF7651916CD43DD8448EB211C80319C", "spanId": "b7ad6b7169203331",
						"parentSpanId": "b7ad6b7169203332", "name": "invoke_agent helper", "kind": 3,
						"startTimeUnixNano": "1795166100000000000", "endTimeUnixNano": 1795166101000000000,
						"attributes": [
							{"key": "gen_ai.agent.name", "value": {"stringValue": "helper"}},
							{"key": "gen_ai.usage.input_tokens", "value": {"intValue": "12"}},
							{"key": "gen_ai.usage.output_tokens", "value": {"intValue": 3}},
							{"key": "nobody asks for it", "value": {"arrayValue": {"values": [{"stringValue": "x"}]}}}],
						"events": [{"name": "exception", "attributes": [
							{"key": "exception.type", "value": {"stringValue": "ValueError"}},
							{"key": "exception.message", "value": {"stringValue": "no such ticker"}}]}],
						"status": {"code": 2, "message": "failed"},
						"flags": 257, "links": [{"traceId": "00"}], "new in a later version": {"deep": [1, {}]}}]}]}]}""";

	private static final OtlpSpan SPAN = new OtlpSpan("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331",
			"b7ad6b7169203332", "invoke_agent helper", true, 1795166100000000000L, 1795166101000000000L, true, "failed",
			new OtlpSpan.ExceptionEvent("ValueError", "no such ticker"),
			Map.of("gen_ai.agent.name", "helper", "gen_ai.usage.input_tokens", "12", "gen_ai.usage.output_tokens", "3"),
			Map.of("service.name", "shop"), "my.library");

	@Test
	void jsonIsReadWithHexIdsAndNumbersAsStringsOrNumbersAndUnknownFieldsSkipped() throws IOException {
		assertThat(json(JSON)).containsExactly(new OtlpSpan("0AF7651916CD43DD8448EB211C80319C", SPAN.spanId(),
				SPAN.parentId(), SPAN.name(), true, SPAN.startNanos(), SPAN.endNanos(), true, SPAN.statusMessage(),
				SPAN.exception(), SPAN.attributes(), SPAN.resource(), SPAN.scope()));
	}

	@Test
	void protobufIsReadAsTheSameSpan() throws IOException {
		assertThat(read(OtlpFormat.PROTOBUF, request().toByteArray())).containsExactly(SPAN);
	}

	@Test
	void namesOfEnumerationsMeanTheirNumbers() throws IOException {
		assertThat(json(JSON.replace("\"kind\": 3", "\"kind\": \"SPAN_KIND_CLIENT\"")
			.replace("\"code\": 2", "\"code\": \"STATUS_CODE_ERROR\""))).isEqualTo(json(JSON));
		assertThat(json(JSON.replace("\"kind\": 3", "\"kind\": \"SPAN_KIND_INTERNAL\"")
			.replace("\"code\": 2", "\"code\": \"STATUS_CODE_OK\""))).singleElement()
			.matches((span) -> !span.client() && !span.failed());
	}

	@Test
	void orderOfFieldsDoesNotMatter() throws IOException {
		assertThat(json("""
				{"resourceSpans": [{
					"scopeSpans": [{
						"spans": [{"attributes": [{"value": {"stringValue": "helper"}, "key": "gen_ai.agent.name"}]}],
						"scope": {"name": "my.library"}}],
					"resource": {"attributes": [{"value": {"stringValue": "shop"}, "key": "service.name"}]}}]}"""))
			.singleElement()
			.satisfies((span) -> {
				assertThat(span.attributes()).containsEntry("gen_ai.agent.name", "helper");
				assertThat(span.resource()).containsEntry("service.name", "shop");
				assertThat(span.scope()).isEqualTo("my.library");
			});
		byte[] one = request().toByteArray();
		ResourceSpans spans = request().getResourceSpans(0);
		byte[] backwards = concatenated(
				ResourceSpans.newBuilder().addAllScopeSpans(spans.getScopeSpansList()).build().toByteArray(),
				ResourceSpans.newBuilder().setResource(spans.getResource()).build().toByteArray());
		assertThat(read(OtlpFormat.PROTOBUF,
				ExportTraceServiceRequest.newBuilder()
					.addResourceSpans(ResourceSpans.parseFrom(backwards))
					.build()
					.toByteArray()))
			.isEqualTo(read(OtlpFormat.PROTOBUF, one));
		byte[] field = concatenated(new byte[] { 0x0A }, concatenated(varint(backwards.length), backwards));
		assertThat(read(OtlpFormat.PROTOBUF, field)).isEqualTo(read(OtlpFormat.PROTOBUF, one));
	}

	@Test
	void resourcesAndScopesAreTheirOwnSpansOnly() throws IOException {
		String two = JSON.substring(0, JSON.length() - 2) + ", {\"scopeSpans\": [{\"spans\": [{}]}, {}]}, {}]}";
		assertThat(json(two)).hasSize(2).last().satisfies((span) -> {
			assertThat(span.resource()).isEmpty();
			assertThat(span.scope()).isEmpty();
			assertThat(span.attributes()).isEmpty();
		});
	}

	@Test
	void emptyRequestHasNoSpans() throws IOException {
		assertThat(json("{}")).isEmpty();
		assertThat(json("{\"resourceSpans\": null}")).isEmpty();
		assertThat(read(OtlpFormat.PROTOBUF, new byte[0])).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "7", "{", "{} {}", "{\"resourceSpans\": {}}", "{\"resourceSpans\": [7]}",
			"{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{\"traceId\": []}]}]}]}",
			"{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{\"startTimeUnixNano\": \"soon\"}]}]}]}",
			"{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{\"startTimeUnixNano\": -1}]}]}]}" })
	void whatIsNoRequestInJsonIsRefused(String body) {
		assertThatExceptionOfType(OtlpException.class).isThrownBy(() -> json(body))
			.withMessageContaining("JSON")
			.matches((refusal) -> !refusal.isTooLarge());
	}

	@Test
	void jsonThatIsNotUtf8IsRefused() {
		byte[] body = JSON.replace("helper", "h\u00E9lper").getBytes(StandardCharsets.ISO_8859_1);
		assertThatExceptionOfType(OtlpException.class).isThrownBy(() -> read(OtlpFormat.JSON, body));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ff", "0a05", "0a0212", "0a03120500", "0a010c", "0c", "00", "0affffffff0f" })
	void whatIsNoRequestInProtobufIsRefused(String body) {
		assertThatExceptionOfType(OtlpException.class)
			.isThrownBy(() -> read(OtlpFormat.PROTOBUF, HexFormat.of().parseHex(body)))
			.withMessageContaining("protocol buffers");
	}

	@ParameterizedTest
	@EnumSource(OtlpFormat.class)
	void bodyThatIsCutIsRefusedWhereverItIs(OtlpFormat format) {
		byte[] body = (format == OtlpFormat.JSON) ? JSON.getBytes(StandardCharsets.UTF_8) : request().toByteArray();
		for (int length = 1; length < body.length; length++) {
			byte[] begin = Arrays.copyOf(body, length);
			assertThatExceptionOfType(OtlpException.class).as("%d bytes", length).isThrownBy(() -> read(format, begin));
		}
	}

	@Test
	void textInProtobufThatIsNotUtf8HarmsOnlyItself() throws IOException {
		byte[] body = request().toByteArray();
		int name = new String(body, StandardCharsets.ISO_8859_1).indexOf("invoke_agent helper");
		body[name] = (byte) 0xC0;
		assertThat(read(OtlpFormat.PROTOBUF, body)).singleElement()
			.satisfies((span) -> assertThat(span.name()).endsWith("nvoke_agent helper").contains("\uFFFD"));
	}

	@ParameterizedTest
	@EnumSource(OtlpFormat.class)
	void moreSpansThanAllowedAreTooMuch(OtlpFormat format) {
		byte[] body = (format == OtlpFormat.JSON)
				? "{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{}, {}, {}]}]}]}"
					.getBytes(StandardCharsets.UTF_8)
				: ExportTraceServiceRequest.newBuilder()
					.addResourceSpans(ResourceSpans.newBuilder()
						.addScopeSpans(ScopeSpans.newBuilder()
							.addSpans(Span.getDefaultInstance())
							.addSpans(Span.getDefaultInstance())
							.addSpans(Span.getDefaultInstance())))
					.build()
					.toByteArray();
		assertThatExceptionOfType(OtlpException.class)
			.isThrownBy(() -> format.read(new ByteArrayInputStream(body), 2, (span) -> {
			}))
			.withMessage("More than 2 spans in one request")
			.matches(OtlpException::isTooLarge);
	}

	@ParameterizedTest
	@EnumSource(OtlpFormat.class)
	void spanMayHaveManyAttributes(OtlpFormat format) throws IOException {
		assertThat(read(format, attributes(format, 100_000))).hasSize(1);
	}

	private static byte[] attributes(OtlpFormat format, int count) {
		return switch (format) {
			case JSON -> ("{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{\"attributes\": ["
					+ String.join(",", Collections.nCopies(count, "{\"key\": \"k\"}")) + "]}]}]}]}")
				.getBytes(StandardCharsets.UTF_8);
			case PROTOBUF -> ExportTraceServiceRequest.newBuilder()
				.addResourceSpans(ResourceSpans.newBuilder()
					.addScopeSpans(ScopeSpans.newBuilder()
						.addSpans(Span.newBuilder()
							.addAllAttributes(Collections.nCopies(count, KeyValue.newBuilder().setKey("k").build())))))
				.build()
				.toByteArray();
		};
	}

	/** Nobody would wait for the end of these: whatever goes on and on is refused. */
	@ParameterizedTest
	@ValueSource(strings = { "", "{", "{\"x\": [", "{\"x\": [1, ", "{\"resourceSpans\": [" })
	void blanksWithoutEndAreRefused(String begin) {
		for (String blanks : List.of(" ", "\r\n", " \t\n")) {
			assertThatIsTooLarge(OtlpFormat.JSON, begin.getBytes(StandardCharsets.UTF_8),
					blanks.getBytes(StandardCharsets.UTF_8))
				.withMessage("More than 4 MiB of blanks in a row");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"x": [                                                            | 1,
			{"x": [                                                            | {},
			{                                                                  | "x": "",
			{"resourceSpans": [                                                | {},
			{"resourceSpans": [{"scopeSpans": [                                | {},
			{"resourceSpans": [{                                               | "resource": {},
			{"resourceSpans": [{"resource": {"attributes": [                   | {},
			{"resourceSpans": [{"resource": {"attributes": [{"value": {        | "intValue": 1,
			{"resourceSpans": [{"scopeSpans": [{"scope": {                     | "name": "",
			{"resourceSpans": [{"scopeSpans": [{"spans": [{                    | "name": "",
			{"resourceSpans": [{"scopeSpans": [{"spans": [{"links": [          | {},
			{"resourceSpans": [{"scopeSpans": [{"spans": [{"events": [         | {},
			{"resourceSpans": [{"scopeSpans": [{"spans": [{"attributes": [     | {},
			{"resourceSpans": [{"scopeSpans": [{"spans": [{"status": {         | "code": 1,
			""")
	void valuesWithoutEndAreRefused(String begin, String more) {
		assertThatIsTooLarge(OtlpFormat.JSON, begin.getBytes(StandardCharsets.UTF_8),
				more.getBytes(StandardCharsets.UTF_8))
			.withMessage("More than 4000000 fields and values in one request");
	}

	@Test
	void newNamesOfFieldsWithoutEndAreRefused() {
		String names = IntStream.rangeClosed(0, 1_000).mapToObj("\"k%d\": 0,"::formatted).collect(Collectors.joining());
		assertThatExceptionOfType(OtlpException.class).isThrownBy(() -> json("{\"x\": {" + names))
			.withMessage("More than 1000 names of fields")
			.matches(OtlpException::isTooLarge);
	}

	/** As a collector sends them, with more attributes than is usual. */
	@ParameterizedTest
	@EnumSource(OtlpFormat.class)
	void manySpansWithManyAttributesAreRead(OtlpFormat format) throws IOException {
		Span.Builder span = Span.newBuilder();
		StringBuilder json = new StringBuilder("{\"attributes\": [");
		for (int i = 0; i < 50; i++) {
			span.addAttributes(
					KeyValue.newBuilder().setKey("k" + i).setValue(AnyValue.newBuilder().setStringValue("x")));
			json.append((i > 0) ? "," : "")
				.append("{\"key\": \"k%d\", \"value\": {\"stringValue\": \"x\"}}".formatted(i));
		}
		json.append("]}");
		byte[] body = switch (format) {
			case JSON -> ("{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": ["
					+ String.join(",", Collections.nCopies(8_192, json)) + "]}]}]}")
				.getBytes(StandardCharsets.UTF_8);
			case PROTOBUF -> ExportTraceServiceRequest.newBuilder()
				.addResourceSpans(ResourceSpans.newBuilder()
					.addScopeSpans(ScopeSpans.newBuilder().addAllSpans(Collections.nCopies(8_192, span.build()))))
				.build()
				.toByteArray();
		};
		List<OtlpSpan> read = new ArrayList<>();
		format.read(new ByteArrayInputStream(body), 10_000, read::add);
		assertThat(read).hasSize(8_192);
	}

	/** The numbers of the messages around, and the bytes that go on. */
	@ParameterizedTest
	@CsvSource({ "'', 0a00", "1, 0a00", "1, 1200", "'1,1', 0a00", "'1,1,1', 12020a00", "'1,2', 0a00", "'1,2,1', 0a00",
			"'1,2,2', 2a00", "'1,2,2', 0a0101", "'1,2,2', 5a00", "'1,2,2', 4a00", "'1,2,2', 7a00", "'1,2,2', f80100",
			"'1,2,2,11', 0a00", "'1,2,2,15', 1801" })
	void fieldsWithoutEndAreRefused(String messages, String more) {
		ByteArrayOutputStream begin = new ByteArrayOutputStream();
		int length = Integer.MAX_VALUE - 100;
		for (String number : messages.isEmpty() ? new String[0] : messages.split(",")) {
			begin.write(Integer.parseInt(number) << 3 | 2);
			begin.writeBytes(varint(length));
			length -= 10;
		}
		assertThatIsTooLarge(OtlpFormat.PROTOBUF, begin.toByteArray(), HexFormat.of().parseHex(more))
			.withMessage("More than 4000000 fields and values in one request");
	}

	private static ThrowableAssertAlternative<OtlpException> assertThatIsTooLarge(OtlpFormat format, byte[] begin,
			byte[] more) {
		InputStream endless = new InputStream() {

			private long position;

			@Override
			public int read() {
				long after = this.position - begin.length;
				byte next = (after < 0) ? begin[(int) this.position] : more[(int) (after % more.length)];
				this.position++;
				return next & 0xFF;
			}

		};
		return assertThatExceptionOfType(OtlpException.class).isThrownBy(() -> format.read(endless, 10_000, (span) -> {
		})).matches(OtlpException::isTooLarge);
	}

	@ParameterizedTest
	@EnumSource(OtlpFormat.class)
	void bodyThatCannotBeReadIsNotRefusedAsWrong(OtlpFormat format) {
		byte[] begin = (format == OtlpFormat.JSON) ? "{\"resourceSpans\": [".getBytes(StandardCharsets.UTF_8)
				: new byte[] { 0x0A, 0x7F };
		IOException broken = new IOException("The connection was cut");
		InputStream body = new SequenceInputStream(new ByteArrayInputStream(begin), new InputStream() {

			@Override
			public int read() throws IOException {
				throw broken;
			}

		});
		assertThatIOException().isThrownBy(() -> format.read(body, 10, (span) -> {
		})).isSameAs(broken);
	}

	@ParameterizedTest
	@EnumSource(OtlpFormat.class)
	void manyAttributesAreNotHeld(OtlpFormat format) throws IOException {
		String[] json = ("{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [{\"name\": \"large\", \"attributes\": [#"
				+ "{\"key\": \"nobody asks for it\", \"value\": {\"stringValue\": \"x\"}},#{}]}]}]}]}")
			.split("#");
		KeyValue attribute = KeyValue.newBuilder()
			.setKey("nobody asks for it")
			.setValue(AnyValue.newBuilder().setStringValue("x"))
			.build();
		byte[] body = (format == OtlpFormat.JSON)
				? (json[0] + json[1].repeat(99_999) + json[2]).getBytes(StandardCharsets.UTF_8)
				: ExportTraceServiceRequest.newBuilder()
					.addResourceSpans(ResourceSpans.newBuilder()
						.addScopeSpans(ScopeSpans.newBuilder()
							.addSpans(Span.newBuilder()
								.setName("large")
								.addAllAttributes(Collections.nCopies(99_999, attribute)))))
					.build()
					.toByteArray();
		assertThat(read(format, body)).singleElement().satisfies((span) -> {
			assertThat(span.name()).isEqualTo("large");
			assertThat(span.attributes()).isEmpty();
		});
	}

	@Test
	void nestingThatDoesNotEndIsRefused() {
		assertThatExceptionOfType(OtlpException.class).isThrownBy(() -> json("{\"x\": " + "[".repeat(1_000_000)));
	}

	@Test
	void longTextIsCut() throws IOException {
		assertThat(json(JSON.replace("invoke_agent helper", "x".repeat(1_000_000)))).singleElement()
			.satisfies((span) -> assertThat(span.name()).hasSize(4_000));
	}

	private static ExportTraceServiceRequest request() {
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder()
				.setResource(Resource.newBuilder().addAttributes(attribute("service.name", text("shop"))))
				.addScopeSpans(ScopeSpans.newBuilder()
					.setScope(InstrumentationScope.newBuilder().setName("my.library").setVersion("1"))
					.addSpans(Span.newBuilder()
						.setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(SPAN.traceId())))
						.setSpanId(ByteString.copyFrom(HexFormat.of().parseHex(SPAN.spanId())))
						.setParentSpanId(ByteString.copyFrom(HexFormat.of().parseHex(SPAN.parentId())))
						.setName(SPAN.name())
						.setKind(Span.SpanKind.SPAN_KIND_CLIENT)
						.setStartTimeUnixNano(SPAN.startNanos())
						.setEndTimeUnixNano(SPAN.endNanos())
						.addAttributes(attribute("gen_ai.agent.name", text("helper")))
						.addAttributes(
								attribute("gen_ai.usage.input_tokens", AnyValue.newBuilder().setIntValue(12).build()))
						.addAttributes(
								attribute("gen_ai.usage.output_tokens", AnyValue.newBuilder().setIntValue(3).build()))
						.addAttributes(attribute("nobody asks for it", text("x")))
						.addEvents(Span.Event.newBuilder()
							.setName("exception")
							.addAttributes(attribute("exception.type", text("ValueError")))
							.addAttributes(attribute("exception.message", text("no such ticker"))))
						.addLinks(Span.Link.getDefaultInstance())
						.setFlags(257)
						.setStatus(Status.newBuilder()
							.setCode(Status.StatusCode.STATUS_CODE_ERROR)
							.setMessage("failed")))))
			.build();
	}

	private static KeyValue attribute(String key, AnyValue value) {
		return KeyValue.newBuilder().setKey(key).setValue(value).build();
	}

	private static AnyValue text(String value) {
		return AnyValue.newBuilder().setStringValue(value).build();
	}

	private static byte[] varint(int number) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		int left = number;
		while (left > 0x7F) {
			bytes.write(left | 0x80);
			left >>= 7;
		}
		bytes.write(left);
		return bytes.toByteArray();
	}

	private static byte[] concatenated(byte[] first, byte[] second) {
		byte[] both = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, both, first.length, second.length);
		return both;
	}

	private static List<OtlpSpan> json(String body) throws IOException {
		return read(OtlpFormat.JSON, body.getBytes(StandardCharsets.UTF_8));
	}

	private static List<OtlpSpan> read(OtlpFormat format, byte[] body) throws IOException {
		List<OtlpSpan> spans = new ArrayList<>();
		format.read(new ByteArrayInputStream(body), 1_000, spans::add);
		return spans;
	}

}
