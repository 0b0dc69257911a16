package io.agentmetrics.api.security;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.GraphQlSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.HeaderAssertions;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

@ActiveProfiles("demo")
@TestPropertySource(properties = "agent-metrics.security.allowed-origins=https://portal.example.com")
class BrowserRulesIntegrationTests extends ApiTest {

	private static final String QUERY = "{\"query\":\"{ dashboard { totalAgents } }\"}";

	@ParameterizedTest
	@ValueSource(strings = { "/", "/graphql", "/graphiql", "/nothing" })
	void everyAnswerHasTheHeaders(String path) {
		HeaderAssertions headers = client().get().uri(path).exchange().expectHeader();
		headers.valueEquals("X-Content-Type-Options", "nosniff");
		headers.valueEquals("Referrer-Policy", "no-referrer");
		headers.valueEquals("X-Frame-Options", "DENY");
		headers.value("Content-Security-Policy",
				(policy) -> assertThat(policy).contains("default-src 'self'", "frame-ancestors 'none'"));
	}

	@Test
	void onlyGraphiqlMayRunWhatStandsInItsPage() {
		client().get()
			.uri("/graphiql")
			.exchange()
			.expectHeader()
			.value("Content-Security-Policy", (policy) -> assertThat(policy).contains("'unsafe-inline'"));
		client().get()
			.uri("/")
			.exchange()
			.expectHeader()
			.value("Content-Security-Policy", (policy) -> assertThat(policy).doesNotContain("unsafe"));
	}

	@Test
	void allowedPageMayAsk() {
		preflight("https://portal.example.com", "authorization,content-type").expectStatus()
			.isOk()
			.expectHeader()
			.valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "https://portal.example.com")
			.expectHeader()
			.doesNotExist(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS);
		post("https://portal.example.com", MediaType.APPLICATION_JSON).expectStatus()
			.isOk()
			.expectHeader()
			.valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "https://portal.example.com");
	}

	@ParameterizedTest
	@ValueSource(strings = { "traceparent", "tracestate", "x-request-id", "apollographql-client-name",
			"apollographql-client-version", "apollo-require-preflight", "x-apollo-operation-name" })
	void allowedPageMaySendWhatItsClientAddsAndNeedNotAskEachTime(String header) {
		preflight("https://portal.example.com", "authorization,content-type," + header).expectStatus()
			.isOk()
			.expectHeader()
			.value(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
					(allowed) -> assertThat(allowed.split(", ")).containsExactly("authorization", "content-type",
							header))
			.expectHeader()
			.valueEquals(HttpHeaders.ACCESS_CONTROL_MAX_AGE, 3_600);
	}

	@Test
	void allowedPageMaySendNothingElse() {
		preflight("https://portal.example.com", "x-unknown").expectStatus().isForbidden();
	}

	@Test
	void allowedPageMayReadTheHeadersThatSaySomething() {
		client().get()
			.uri("/api/v1/agent-studio/agents/metrics/export")
			.header(HttpHeaders.ORIGIN, "https://portal.example.com")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.value(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS,
					(exposed) -> assertThat(exposed.split(", ")).containsExactlyInAnyOrder("Agent-Metrics-From",
							"Agent-Metrics-To", "Agent-Metrics-Zone", "Agent-Metrics-Aggregated-Through",
							"Agent-Metrics-Computed-At", "Content-Disposition", "Retry-After", "WWW-Authenticate",
							"X-Request-Id"));
	}

	@Test
	void pageBehindAProxyThatEndsTlsMayAsk() {
		Map<String, String> headers = Map.of(HttpHeaders.ORIGIN, "https://metrics.example.com", "X-Forwarded-Host",
				"metrics.example.com", "X-Forwarded-Proto", "https");
		client().post()
			.uri("/graphql")
			.headers((all) -> all.setAll(headers))
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(QUERY)
			.exchange()
			.expectStatus()
			.isOk();
		try (HttpClient http = HttpClient.newHttpClient();
				GraphQlSocket socket = GraphQlSocket.open(http, this.port, headers)) {
			socket.send(Map.of("type", "connection_init"));
			assertThat(socket.next(Duration.ofSeconds(10)).path("type").asString()).isEqualTo("connection_ack");
		}
	}

	@Test
	void otherPagesMayNot() {
		preflight("https://elsewhere.example.com", "content-type").expectStatus().isForbidden();
		post("https://elsewhere.example.com", MediaType.APPLICATION_JSON).expectStatus().isForbidden();
	}

	/** What a page can send without being asked first: a form, or text. */
	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x" })
	void formsOfOtherSitesAreNotAnswered(String type) {
		client().post()
			.uri("/graphql")
			.contentType(MediaType.parseMediaType(type))
			.bodyValue(QUERY.getBytes())
			.exchange()
			.expectStatus()
			.isEqualTo(415);
	}

	private WebTestClient.ResponseSpec preflight(String origin, String sent) {
		return client().method(HttpMethod.OPTIONS)
			.uri("/graphql")
			.headers((headers) -> headers
				.setAll(Map.of(HttpHeaders.ORIGIN, origin, HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "POST",
						HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS, sent)))
			.exchange();
	}

	private WebTestClient.ResponseSpec post(String origin, MediaType type) {
		return client().post()
			.uri("/graphql")
			.header(HttpHeaders.ORIGIN, origin)
			.contentType(type)
			.bodyValue(QUERY)
			.exchange();
	}

	private WebTestClient client() {
		return http("http://localhost:" + this.port);
	}

}
