package io.agentmetrics.receiver;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

import com.google.protobuf.ByteString;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestDatabase;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How what is meant to harm the receiver is answered, and what it leaves behind. How long
 * that takes is measured by the benchmark of the receiver.
 */
class HostileRequestsIntegrationTests {

	private static final int MANY = 10_000;

	private static final int MEBIBYTE = 1 << 20;

	private static final long NINE_FIFTEEN = 1_795_166_100_000_000_000L;

	private static TestDatabase database;

	private static RunningReceiver receiver;

	private static SqlSession sql;

	@BeforeAll
	static void start() {
		database = TestDatabase.create();
		sql = new SqlSession(database.dataSource());
		receiver = RunningReceiver.start(database);
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
	void circleOfAgentsIsOneRun() throws Exception {
		assertThat(rejected(spans(MANY, (i) -> agent(i, "round").setParentSpanId(id((i + 1) % MANY))))).isZero();
		assertThat(sql.number("select count(*) from agent_executions")).isOne();
		assertThat(sql.number("select count(*) from received_spans")).isEqualTo(MANY);
	}

	@Test
	void spansThatAreTheirOwnParentsAreStored() throws Exception {
		assertThat(rejected(spans(MANY, (i) -> agent(i, "alone").setParentSpanId(id(i))))).isZero();
		assertThat(sql.number("select count(*) from agent_executions")).isEqualTo(MANY);
	}

	@Test
	void newAgentsBeyondTheLimitLeaveNothingBehind() throws Exception {
		assertThat(rejected(spans(MANY, (i) -> agent(i, "new " + i)))).isEqualTo(MANY - 100);
		assertThat(rejected(spans(MANY, (i) -> agent(i, "newer " + i)))).isEqualTo(MANY);
		assertThat(sql.number("select count(*) from received_spans")).isEqualTo(100);
	}

	@Test
	void timesThatCannotBeAreRejected() throws Exception {
		// the largest number is in the year 2554
		for (long start : new long[] { 0, 1_000_000_000, -1, Long.MAX_VALUE }) {
			assertThat(rejected(spans(MANY, (i) -> agent(i, "late").setStartTimeUnixNano(start)))).isEqualTo(MANY);
		}
		HttpResponse<byte[]> answer = receiver
			.post(RunningReceiver.run("0af7651916cd43dd8448eb211c80319c", 1, "late", "1795769820000000000000"));
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("a whole number of nanoseconds");
		assertThat(sql.number("select count(*) from received_spans")).isZero();
	}

	@Test
	void requestMayHaveFourMillionFieldsAndValues() throws Exception {
		Span.Builder span = agent(1, "helper");
		for (int i = span.getAttributesCount(); i < 100_000; i++) {
			span.addAttributes(attribute("k" + i, "x"));
		}
		assertThat(rejected(spans(10, (i) -> span.setSpanId(id(i))))).isZero();
		assertThat(sql.number("select count(*) from received_spans")).isEqualTo(10);
		HttpResponse<byte[]> answer = receiver.post(RunningReceiver.PROTOBUF, spans(17, (i) -> span.setSpanId(id(i))));
		assertThat(answer.statusCode()).isEqualTo(413);
		assertThat(new String(answer.body(), StandardCharsets.UTF_8))
			.contains("More than 4000000 fields and values in one request");
	}

	@Test
	void textOfNearlyAllOfABodyIsCut() throws Exception {
		for (String attribute : new String[] { "user.id", "other" }) {
			String text = "x".repeat(64 * MEBIBYTE - 500);
			assertThat(rejected(spans(1, (i) -> agent(1, "helper").addAttributes(attribute(attribute, text)))))
				.isZero();
		}
		assertThat(sql.number("select max(length(user_key)) from received_spans")).isEqualTo(200);
		HttpResponse<byte[]> answer = receiver
			.post(RunningReceiver.run("0af7651916cd43dd8448eb211c80319c", 1, "x".repeat(9 * MEBIBYTE)));
		assertThat(answer.statusCode()).isEqualTo(400);
	}

	@Test
	void whatIsPassedOverCountsForTheLengthOfABody() throws Exception {
		String text = "x".repeat(65 * MEBIBYTE);
		byte[] body = spans(1, (i) -> agent(1, "helper").addAttributes(attribute("other", text)));
		assertThat(receiver.post(RunningReceiver.PROTOBUF, body).statusCode()).isEqualTo(413);
		assertThat(receiver
			.send(receiver.request("/v1/traces")
				.header("Content-Type", RunningReceiver.PROTOBUF)
				.header("Content-Encoding", "gzip")
				.POST(BodyPublishers.ofByteArray(RunningReceiver.gzip(body)))
				.build())
			.statusCode()).isEqualTo(413);
	}

	@Test
	void namesThatAreNotUtf8AreStoredWithoutWhatIsWrong() throws Exception {
		byte[] body = spans(1, (i) -> agent(1, "h@lper"));
		for (int i = 0; i < body.length; i++) {
			body[i] = (body[i] == '@') ? (byte) 0xFF : body[i];
		}
		assertThat(rejected(body)).isZero();
		assertThat(sql.column("select agent from received_spans")).containsExactly("h\uFFFDlper");
	}

	private static long rejected(byte[] body) throws Exception {
		HttpResponse<byte[]> answer = receiver.post(RunningReceiver.PROTOBUF, body);
		assertThat(answer.statusCode()).isEqualTo(200);
		return ExportTraceServiceResponse.parseFrom(answer.body()).getPartialSuccess().getRejectedSpans();
	}

	private static byte[] spans(int count, IntFunction<Span.Builder> span) {
		ScopeSpans.Builder spans = ScopeSpans.newBuilder();
		for (int i = 0; i < count; i++) {
			spans.addSpans(span.apply(i));
		}
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder()
				.setResource(Resource.newBuilder().addAttributes(attribute("service.name", "shop")))
				.addScopeSpans(spans))
			.build()
			.toByteArray();
	}

	private static Span.Builder agent(int number, String name) {
		return Span.newBuilder()
			.setTraceId(ByteString.copyFromUtf8("0123456789abcdef"))
			.setSpanId(id(number))
			.setStartTimeUnixNano(NINE_FIFTEEN)
			.setEndTimeUnixNano(NINE_FIFTEEN + 1)
			.addAttributes(attribute("gen_ai.operation.name", "invoke_agent"))
			.addAttributes(attribute("gen_ai.agent.name", name));
	}

	private static ByteString id(int number) {
		return ByteString.copyFromUtf8("%08d".formatted(number + 1));
	}

	private static KeyValue attribute(String key, String value) {
		return KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setStringValue(value)).build();
	}

}
