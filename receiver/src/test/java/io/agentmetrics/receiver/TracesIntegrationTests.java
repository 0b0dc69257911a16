package io.agentmetrics.receiver;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.agentmetrics.db.Documentation;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestDatabase;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How export requests are answered.
 */
class TracesIntegrationTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static TestDatabase database;

	private static RunningReceiver receiver;

	private static SqlSession sql;

	@BeforeAll
	static void start() {
		database = TestDatabase.create();
		sql = new SqlSession(database.dataSource());
		receiver = RunningReceiver.start(database, "agent-metrics.receiver.requests=2",
				"agent-metrics.receiver.body-timeout=2s", "agent-metrics.receiver.spans-per-request=1000");
	}

	@AfterAll
	static void stop() {
		receiver.close();
		sql.close();
		database.close();
	}

	@BeforeEach
	void clear() {
		sql.run("delete from agent_executions; delete from received_spans; delete from received_traces; delete from span_receipts");
	}

	@Test
	void jsonIsStoredAndAnsweredInJson() throws Exception {
		HttpResponse<byte[]> response = receiver.post(RunningReceiver.run(TRACE, 1, "helper"));
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("{}");
		assertThat(agents()).containsExactly("helper");
	}

	@Test
	void protobufIsStoredAndAnsweredInProtobuf() throws Exception {
		for (byte[] body : List.of(protobuf(1), RunningReceiver.gzip(protobuf(2)))) {
			var request = receiver.request("/v1/traces").header("Content-Type", RunningReceiver.PROTOBUF);
			if (body[0] == 0x1F) {
				request.header("Content-Encoding", "gzip");
			}
			HttpResponse<byte[]> response = receiver.send(request.POST(BodyPublishers.ofByteArray(body)).build());
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-protobuf");
			assertThat(ExportTraceServiceResponse.parseFrom(response.body()))
				.isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
		}
		assertThat(agents()).containsExactly("helper", "helper");
	}

	@Test
	void requestWithoutSpansIsFine() throws Exception {
		assertThat(receiver.post("{}").statusCode()).isEqualTo(200);
		assertThat(receiver.post(RunningReceiver.PROTOBUF, new byte[0]).statusCode()).isEqualTo(200);
	}

	@Test
	void rejectedSpansAreNamedAndTheOthersStored() throws Exception {
		String both = RunningReceiver.run(TRACE, 1, "helper")
			.replace("\"scopeSpans\": [",
					"\"scopeSpans\": [{\"spans\": [{\"name\": \"old\", \"spanId\": \"00000000000000ab\", "
							+ "\"traceId\": \"" + TRACE + "\"}]}, ");
		JsonNode answer = JsonMapper.shared().readTree(receiver.post(both).body());
		assertThat(answer.at("/partialSuccess/rejectedSpans").asString()).isEqualTo("1");
		assertThat(answer.at("/partialSuccess/errorMessage").asString())
			.isEqualTo("1 because its start is not within the years 2000 to 2099: old (00000000000000ab)");
		assertThat(agents()).containsExactly("helper");
		byte[] protobuf = receiver
			.post(RunningReceiver.PROTOBUF,
					ExportTraceServiceRequest.newBuilder()
						.addResourceSpans(ResourceSpans.newBuilder()
							.addScopeSpans(ScopeSpans.newBuilder().addSpans(Span.newBuilder().setName("empty"))))
						.build()
						.toByteArray())
			.body();
		assertThat(ExportTraceServiceResponse.parseFrom(protobuf).getPartialSuccess().getRejectedSpans()).isOne();
	}

	@Test
	void repetitionChangesNothing() throws Exception {
		receiver.post(RunningReceiver.run(TRACE, 1, "helper"));
		List<List<String>> rows = sql.rows("select * from agent_executions");
		assertThat(receiver.post(RunningReceiver.run(TRACE, 1, "helper")).statusCode()).isEqualTo(200);
		assertThat(sql.rows("select * from agent_executions")).isEqualTo(rows);
		assertThat(sql.map("select outcome, spans from span_receipts where outcome <> 'new agents'"))
			.containsEntry("run", "1")
			.containsEntry("repeated", "1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{\"resourceSpans\": 7}", "{\"resourceSpans\": [" })
	void whatWillNeverWorkIs400(String body) throws Exception {
		HttpResponse<byte[]> response = receiver.post(body);
		assertThat(response.statusCode()).isEqualTo(400);
		JsonNode status = JsonMapper.shared().readTree(response.body());
		assertThat(status.at("/code").asInt()).isEqualTo(3);
		assertThat(status.at("/message").asString()).contains("JSON");
	}

	@Test
	void failureOfARequestInProtobufIsAStatusInProtobuf() throws Exception {
		HttpResponse<byte[]> response = receiver.post(RunningReceiver.PROTOBUF, new byte[] { 0x0A, 0x05 });
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-protobuf");
		CodedInputStream status = CodedInputStream.newInstance(response.body());
		assertThat(status.readTag()).isEqualTo(8);
		assertThat(status.readInt32()).isEqualTo(3);
		assertThat(status.readTag()).isEqualTo(18);
		assertThat(status.readString()).contains("protocol buffers");
		assertThat(status.isAtEnd()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "POST, /v1/metrics, application/json, 404, Only traces are received",
			"POST, /v1/logs, application/x-protobuf, 404, Only traces are received",
			"GET, /, , 404, Only traces are received", "GET, /v1/traces, , 405, Spans are sent with POST",
			"POST, /v1/traces, text/plain, 415, text/plain", "POST, /v1/traces, , 415, application/json" })
	void whatIsNoExportOfTracesIsToldWhatIs(String method, String path, @Nullable String contentType, int expected,
			String sentence) throws Exception {
		var request = receiver.request(path).method(method, BodyPublishers.ofString("{}"));
		if (contentType != null) {
			request.header("Content-Type", contentType);
		}
		HttpResponse<byte[]> response = receiver.send(request.build());
		assertThat(response.statusCode()).isEqualTo(expected);
		assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains(sentence);
	}

	@Test
	void contentThatIsNotGzipIs400AndAnotherEncoding415() throws Exception {
		byte[] whole = RunningReceiver.gzip(RunningReceiver.run(TRACE, 1, "helper").getBytes(StandardCharsets.UTF_8));
		assertThat(encoded("gzip", "{}".getBytes(StandardCharsets.UTF_8)).statusCode()).isEqualTo(400);
		assertThat(encoded("gzip", Arrays.copyOf(whole, whole.length / 2)).statusCode()).isEqualTo(400);
		assertThat(encoded("zstd", whole).statusCode()).isEqualTo(415);
		assertThat(encoded("gzip", whole).statusCode()).isEqualTo(200);
	}

	@Test
	void bodyThatIsTooLargeAfterDecompressionIs413() throws Exception {
		byte[] bomb = RunningReceiver.gzip(("{\"x\": \"" + "x".repeat(65 << 20)).getBytes(StandardCharsets.UTF_8));
		assertThat(bomb.length).isLessThan(1 << 17);
		HttpResponse<byte[]> response = encoded("gzip", bomb);
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("64 MiB");
		byte[] largest = RunningReceiver
			.gzip(("{\"x\": \"" + "x".repeat((64 << 20) - 9) + "\"}").getBytes(StandardCharsets.UTF_8));
		assertThat(encoded("gzip", largest).statusCode()).isEqualTo(200);
	}

	@Test
	void moreSpansThanAllowedAre413() throws Exception {
		String spans = "{},".repeat(1_000) + "{}";
		assertThat(
				receiver.post("{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [" + spans + "]}]}]}").statusCode())
			.isEqualTo(413);
	}

	@Test
	void slowBodiesAreCutAndMeanwhileOthersAreToldToComeAgain() throws Exception {
		try (Socket one = slow(); Socket _ = slow()) {
			await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> {
				HttpResponse<byte[]> busy = receiver.post("{}");
				assertThat(busy.statusCode()).isEqualTo(429);
				assertThat(busy.headers().firstValue("Retry-After")).hasValue("1");
			});
			await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
				one.getOutputStream().write(' ');
				assertThat(receiver.post("{}").statusCode()).isEqualTo(200);
			});
		}
	}

	/** Bytes that never come to an end, each some time after the one before. */
	@ParameterizedTest
	@CsvSource({ "'', 7b2278223a22, 78", "gzip, 1f8b080800000000000078, 78", "gzip, 1f8b0800000000000000, 000000ffff",
			"gzip, 1f8b08, ''", "gzip, '', ''", "'', 7b, ''" })
	void clientThatTakesTooLongIsToldToComeAgainAndHoldsNothing(String encoding, String begin, String ever)
			throws Exception {
		long started = System.nanoTime();
		try (Socket socket = slow("Content-Encoding: " + encoding, HexFormat.of().parseHex(begin))) {
			socket.setSoTimeout(20_000);
			byte[] more = HexFormat.of().parseHex(ever);
			Thread writer = Thread.ofVirtual().start(() -> trickle(socket, more));
			String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
			assertThat(answer).isEqualTo("HTTP/1.1 503");
			String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			assertThat(rest).contains("Retry-After: 1", "The body took too long: it may take 2000 ms");
			// after two seconds, and with some to spare
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(8));
			writer.interrupt();
		}
		await().atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(receiver.management("/actuator/prometheus"))
				.contains("agent_metrics_receiver_requests_in_work 0.0")
				.containsPattern("http_server_requests_seconds_count\\{.*status=\"503\",uri=\"/v1/traces\"}"));
	}

	@ParameterizedTest
	@CsvSource({ "'', '', 200", ";ext, '', 400", "'', X-Any: any\\r\\n, 400" })
	void chunkedBodyIsReadWithoutExtensionsAndTrailers(String extension, String trailer, int status) throws Exception {
		try (Socket socket = new Socket("127.0.0.1", receiver.port())) {
			socket.setSoTimeout(5_000);
			OutputStream output = socket.getOutputStream();
			output.write(("POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
					+ "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1" + extension + "\r\n}\r\n0\r\n"
					+ trailer.translateEscapes())
				.getBytes(StandardCharsets.US_ASCII));
			for (char end : "\r\n".toCharArray()) {
				// in a packet of its own, as it may come
				output.flush();
				output.write(end);
			}
			assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
				.isEqualTo("HTTP/1.1 " + status);
		}
	}

	private static void trickle(Socket socket, byte[] more) {
		try {
			for (int i = 0; more.length > 0; i++) {
				socket.getOutputStream().write(more[i % more.length]);
				Thread.sleep(20);
			}
		}
		catch (IOException | InterruptedException ex) {
			// hung up on, or enough
		}
	}

	@Test
	void nothingIsAcknowledgedBeforeItIsCommitted() throws Exception {
		receiver.post(RunningReceiver.run(TRACE, 1, "helper"));
		try (SqlSession other = new SqlSession(database.dataSource())) {
			other.run("begin; select from received_traces for update");
			CompletableFuture<HttpResponse<byte[]>> answer = receiver.client()
				.sendAsync(receiver.request("/v1/traces")
					.header("Content-Type", RunningReceiver.JSON)
					.POST(BodyPublishers.ofString(RunningReceiver.run(TRACE, 2, "other")))
					.build(), BodyHandlers.ofByteArray());
			await()
				.until(() -> sql.number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == 1);
			assertThat(answer).isNotDone();
			other.run("commit");
			assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
			assertThat(agents()).containsExactlyInAnyOrder("helper", "other");
		}
	}

	@Test
	void documentedMetricsAreThere() throws Exception {
		receiver.post(RunningReceiver.run(TRACE, 1, "helper"));
		String metrics = receiver.management("/actuator/prometheus");
		assertThat(Documentation.page("docs/metrics.md").section("Of the receiver").find("(?m)^\\| `(\\w+)")).hasSize(3)
			.allSatisfy((name) -> assertThat(metrics).contains(name));
		assertThat(metrics).contains("agent_metrics_receiver_spans_total{outcome=\"run\"}",
				"agent_metrics_receiver_spans_total{outcome=\"rejected\"}");
		assertThat(receiver.management("/actuator/health/readiness")).contains("UP");
	}

	private static HttpResponse<byte[]> encoded(String encoding, byte[] body) throws Exception {
		return receiver.send(receiver.request("/v1/traces")
			.header("Content-Type", RunningReceiver.JSON)
			.header("Content-Encoding", encoding)
			.POST(BodyPublishers.ofByteArray(body))
			.build());
	}

	/** A client that begins a request and does not end it. */
	private static Socket slow() throws IOException {
		return slow("X-Any: any", "{".getBytes(StandardCharsets.US_ASCII));
	}

	private static Socket slow(String header, byte[] begin) throws IOException {
		Socket socket = new Socket("127.0.0.1", receiver.port());
		OutputStream output = socket.getOutputStream();
		output.write(
				"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\nContent-Length: 100000\r\n\r\n"
					.formatted(header)
					.getBytes(StandardCharsets.US_ASCII));
		output.write(begin);
		output.flush();
		return socket;
	}

	private static byte[] protobuf(int span) {
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder()
				.addScopeSpans(ScopeSpans.newBuilder()
					.addSpans(Span.newBuilder()
						.setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(TRACE)))
						.setSpanId(ByteString.copyFrom(HexFormat.of().parseHex("%016x".formatted(span))))
						.setStartTimeUnixNano(1_795_166_100_000_000_000L)
						.setEndTimeUnixNano(1_795_166_101_000_000_000L)
						.addAttributes(attribute("gen_ai.operation.name", "invoke_agent"))
						.addAttributes(attribute("gen_ai.agent.name", "helper")))))
			.build()
			.toByteArray();
	}

	private static KeyValue attribute(String key, String value) {
		return KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setStringValue(value)).build();
	}

	private static List<String> agents() {
		return sql.column("select name from agent_executions join agents on agents.id = agent_id");
	}

}
