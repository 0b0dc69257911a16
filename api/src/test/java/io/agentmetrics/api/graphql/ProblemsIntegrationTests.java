package io.agentmetrics.api.graphql;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.graphql.ResponseError;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

@ExtendWith(OutputCaptureExtension.class)
class ProblemsIntegrationTests extends ApiTest {

	private static final String ID = UUID.randomUUID().toString();

	static Stream<Arguments> badInput() {
		String enumValue = "{ agentMetrics(agentId: \"%s\", timeRange: LAST_2_DAYS) { trend } }".formatted(ID);
		return Stream.of(
				argumentSet("unknown enum value", enumValue, "LAST_1_DAY, LAST_7_DAYS, LAST_30_DAYS, LAST_90_DAYS"),
				argumentSet("enum value as text",
						"{ agentMetrics(agentId: \"%s\", metricType: \"REALTIME\") { trend } }".formatted(ID),
						"REALTIME, HYBRID, AGGREGATED"),
				argumentSet("malformed id", "{ agent(id: \"12\") { id } }", "'id' must be a UUID"),
				argumentSet("malformed agentId", "{ agentMetrics(agentId: \"12\") { trend } }",
						"'agentId' must be a UUID"),
				argumentSet("first: 0", "{ agents(first: 0) { totalCount } }", "'first' must be from 1 to 100"),
				argumentSet("first: 101", "{ agents(first: 101) { totalCount } }", "'first' must be from 1 to 100"),
				argumentSet("first: 2147483647", "{ agents(first: 2147483647) { totalCount } }",
						"'first' must be from 1 to 100"),
				argumentSet("first of a list inside", "{ dashboard { agentsWithIssues(first: 101) { p95Ms } } }",
						"'first' must be from 1 to 100"),
				argumentSet("topErrors(first: 0)",
						"{ agentMetrics(agentId: \"%s\") { topErrors(first: 0) { count } } }".formatted(ID),
						"'first' must be from 1 to 100"),
				argumentSet("rank: 1.5",
						"{ agentMetrics(agentId: \"%s\") { percentile(rank: 1.5) { ms } } }".formatted(ID),
						"'rank' must be from 0 to 1"),
				argumentSet("ms: -1",
						"{ agentMetrics(agentId: \"%s\") { shareWithin(ms: -1) { percent } } }".formatted(ID),
						"'ms' must not be negative"),
				argumentSet("buckets: 101",
						"{ agentMetrics(agentId: \"%s\") { histogram(buckets: 101) { count } } }".formatted(ID),
						"'buckets' must be from 1 to 100"),
				argumentSet("timeRange and between", """
						{ agentMetrics(agentId: "%s", timeRange: LAST_1_DAY,
							between: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }) { trend } }
						""".formatted(ID), "exclude each other"),
				argumentSet("backward window", window("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", "trend"),
						"'from' must be before 'to'"),
				argumentSet("long window", window("2026-01-01T00:00:00Z", "2027-02-06T00:00:00Z", "trend"),
						"at most 400 days"),
				argumentSet("a hundred years", window("1990-01-01T00:00:00Z", "2090-01-01T00:00:00Z", "trend"),
						"at most 400 days"),
				argumentSet("no moment", window("yesterday", "today", "trend"), "Not a moment"),
				argumentSet("too many points",
						window("2026-01-01T00:00:00Z", "2026-08-01T00:00:00Z",
								"series(granularity: HOUR) { granularity }"),
						"at most 2400 points"),
				argumentSet("bad cursor", "{ agents(after: \"nonsense\") { totalCount } }", "'after' is not a cursor"),
				argumentSet("long search", "{ agents(search: \"%s\") { totalCount } }".formatted("x".repeat(201)),
						"'search' must be text of at most 200 characters"),
				argumentSet("control character", "{ agents(search: \"a\\u0000b\") { totalCount } }",
						"without control characters"),
				argumentSet("unknown field", "{ agentz { id } }", "'agentz'"),
				argumentSet("missing argument", "{ agentMetrics { trend } }", "'agentId'"),
				argumentSet("no query", "{", "Invalid syntax"),
				argumentSet("mutation", "mutation { agent }", "not supported"),
				argumentSet("introspection", "{ __schema { types { name } } }", "Introspection has been disabled"));
	}

	private static String window(String from, String to, String fields) {
		return "{ agentMetrics(agentId: \"%s\", between: { from: \"%s\", to: \"%s\" }) { %s } }".formatted(ID, from, to,
				fields);
	}

	@ParameterizedTest
	@MethodSource("badInput")
	void badInputIsATypedErrorThatSaysWhatIsAllowed(String query, String sentence, CapturedOutput output) {
		ResponseError error = errorOf(query);
		assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT");
		assertThat(error.getMessage()).contains(sentence);
		assertThat(output.getAll()).doesNotContain("\tat ", "ERROR", "WARN");
	}

	@Test
	void unknownEnumValueInAVariableIsToldTheKnownOnes() {
		graphQl()
			.document("query ($type: MetricType!) { agentMetrics(agentId: \"%s\", metricType: $type) { trend } }"
				.formatted(ID))
			.variable("type", "HISTORIC")
			.execute()
			.errors()
			.satisfy((errors) -> {
				assertThat(errors).singleElement().satisfies((error) -> {
					assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT");
					assertThat(error.getMessage()).contains("REALTIME, HYBRID, AGGREGATED");
				});
			});
	}

	static Stream<Arguments> tooComplex() {
		String exponential = "{ ...f0 }" + IntStream.range(0, 22)
			.mapToObj((i) -> " fragment f%d on Query { ...f%d ...f%d }".formatted(i, i + 1, i + 1))
			.reduce("", String::concat) + " fragment f22 on Query { agents { totalCount } }";
		String aliases = IntStream.range(0, 600).mapToObj((i) -> "a" + i + ": __typename ").reduce("", String::concat);
		// each field takes two signs, so that many more of them are too many words
		String deep = "{ agents { edges { node { metrics " + "{ previous ".repeat(145) + "{ trend }" + "}".repeat(145)
				+ " } } } }";
		return Stream.of(argumentSet("exponential fragments", exponential),
				argumentSet("aliases", "{ " + aliases + "}"), argumentSet("depth 150", deep),
				argumentSet("cyclic introspection", "{ __schema { types " + "{ fields { type ".repeat(10) + "{ name }"
						+ "} }".repeat(10) + " } }"));
	}

	@ParameterizedTest
	@MethodSource("tooComplex")
	void queryThatAsksForTooMuchIsRefused(String query) {
		assertThat(errorOf(query).getExtensions()).containsEntry("kind", "TOO_COMPLEX");
	}

	static Stream<Arguments> tooManyWords() {
		String aliases = IntStream.range(0, 2_500)
			.mapToObj((i) -> "a" + i + ": agents { totalCount } ")
			.reduce("", String::concat);
		return Stream.of(argumentSet("2,500 aliases", "{ " + aliases + "}"),
				argumentSet("4,000 directives", "{ __typename " + "@skip(if: false) ".repeat(4_000) + "}"));
	}

	@ParameterizedTest
	@MethodSource("tooManyWords")
	void queryOfTooManyWordsIsRefused(String query) {
		ResponseError error = errorOf(query);
		assertThat(error.getMessage()).contains("tokens");
		assertThat(error.getExtensions()).containsEntry("kind", "BAD_INPUT");
	}

	@Test
	void largeBodyIsRefusedWhetherItsSizeIsStatedOrNot() {
		String body = "{\"query\":\"{ agents { totalCount } }\",\"padding\":\"" + "x".repeat(300_000) + "\"}";
		WebTestClient client = http("http://localhost:" + this.port + "/graphql");
		assertTooLarge(client.post().contentType(MediaType.APPLICATION_JSON).bodyValue(body));
		assertTooLarge(client.post()
			.contentType(MediaType.APPLICATION_JSON)
			.header("Transfer-Encoding", "chunked")
			.body(Flux.just(body.substring(0, 200_000), body.substring(200_000)), String.class));
		assertTooLarge(http("http://localhost:" + this.port + "/api/v1/agent-studio/metrics/dashboard").post()
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(body));
	}

	private static void assertTooLarge(WebTestClient.RequestHeadersSpec<?> request) {
		request.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.CONTENT_TOO_LARGE)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectHeader()
			.exists("X-Request-Id")
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(413)
			.jsonPath("$.kind")
			.isEqualTo("BAD_INPUT")
			.jsonPath("$.detail")
			.isEqualTo("The body of a request may have at most 262,144 bytes.");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void clientThatWritesTwentyMegabytesBeforeItReadsIsToldWhyItIsRefused(boolean stated) throws IOException {
		byte[] megabyte = new byte[1_000_000];
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(10_000);
			OutputStream out = socket.getOutputStream();
			out.write(("POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
					+ (stated ? "Content-Length: 20000000\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\n"))
				.getBytes(StandardCharsets.US_ASCII));
			for (int i = 0; i < 20; i++) {
				out.write(stated ? new byte[0] : "F4240\r\n".getBytes(StandardCharsets.US_ASCII));
				out.write(megabyte);
				out.write(stated ? new byte[0] : "\r\n".getBytes(StandardCharsets.US_ASCII));
			}
			out.write(stated ? new byte[0] : "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(answer).startsWith("HTTP/1.1 413").contains("at most 262,144 bytes").endsWith("}");
		}
	}

	@Test
	void requestsInAnArrayAreRefused() {
		http("http://localhost:" + this.port + "/graphql").post()
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("[{\"query\":\"{ __typename }\"},{\"query\":\"{ __typename }\"}]")
			.exchange()
			.expectStatus()
			.isBadRequest();
	}

	@ParameterizedTest
	@ValueSource(strings = { "[{\"query\":\"{ __typename }\"}]", "{", "", "\"text\"", "{\"variables\":{}}" })
	void unreadableBodyIsAProblemThatSaysWhatIsRead(String body) {
		http("http://localhost:" + this.port + "/graphql").post()
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(body)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.kind")
			.isEqualTo("BAD_INPUT")
			.jsonPath("$.detail")
			.value((String sentence) -> assertThat(sentence).contains("one JSON object", "in an array"));
	}

	@Test
	void otherContentTypeIsToldWhichOneIsRead() {
		http("http://localhost:" + this.port + "/graphql").post()
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.bodyValue("query=%7B__typename%7D")
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE)
			.expectBody()
			.jsonPath("$.kind")
			.isEqualTo("BAD_INPUT")
			.jsonPath("$.detail")
			.value((String sentence) -> assertThat(sentence).contains("application/json"));
	}

	@Test
	void persistedQueryThatIsNotKnownIsToldAsApollosClientsUnderstandIt() {
		http("http://localhost:" + this.port + "/graphql").post()
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(Map.of("extensions", Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", "any"))))
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.errors[0].message")
			.isEqualTo("PersistedQueryNotSupported")
			.jsonPath("$.errors[0].extensions.code")
			.isEqualTo("PERSISTED_QUERY_NOT_SUPPORTED")
			.jsonPath("$.errors[0].extensions.requestId")
			.isNotEmpty();
	}

	@Test
	void queryByGetIsAnswered() {
		get("query", "query A($id: ID!) { agent(id: $id) { name } } query B { __typename }", "operationName", "A",
				"variables", "{\"id\":\"" + ID + "\"}")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.data.agent")
			.isEmpty()
			.jsonPath("$.errors")
			.doesNotExist();
	}

	@Test
	void mutationByGetIsRefused() {
		get("query", "mutation { agents { totalCount } }").expectStatus()
			.isEqualTo(HttpStatus.METHOD_NOT_ALLOWED)
			.expectHeader()
			.valueEquals("Allow", "POST")
			.expectBody()
			.jsonPath("$.kind")
			.isEqualTo("BAD_INPUT");
	}

	@Test
	void getWithoutAQueryIsToldWhatItNeeds() {
		get("variables", "{}").expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.detail")
			.value((String sentence) -> assertThat(sentence).contains("'query'"));
		get("query", "{ __typename }", "variables", "nonsense").expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.kind")
			.isEqualTo("BAD_INPUT");
	}

	private WebTestClient.ResponseSpec get(String... parameters) {
		StringBuilder uri = new StringBuilder("http://localhost:" + this.port + "/graphql");
		for (int i = 0; i < parameters.length; i += 2) {
			uri.append((i == 0) ? '?' : '&')
				.append(parameters[i])
				.append('=')
				.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
		}
		return WebTestClient.bindToServer().build().get().uri(URI.create(uri.toString())).exchange();
	}

	@Test
	void fieldThatFailsLeavesTheOthersAnswered() {
		graphQl().document("{ agents { edges { node { id } } } agent(id: \"12\") { id } }")
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).singleElement()
				.satisfies((error) -> assertThat(error.getPath()).isEqualTo("agent")))
			.path("agents.edges")
			.entityList(Object.class)
			.hasSize(0);
	}

	@Test
	void errorsAreOfGraphQlOverHttp() {
		http("http://localhost:" + this.port + "/graphql").post()
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(Map.of("query", "{ agents(first: 0) { totalCount } }"))
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.errors[0].extensions.kind")
			.isEqualTo("BAD_INPUT")
			.jsonPath("$.data.agents")
			.isEmpty();
	}

	private ResponseError errorOf(String query) {
		ResponseError[] single = new ResponseError[1];
		graphQl().document(query).execute().errors().satisfy((errors) -> {
			assertThat(errors).as("errors of %s", query).hasSize(1);
			single[0] = List.copyOf(errors).getFirst();
		});
		return single[0];
	}

}
