package io.agentmetrics.api.security;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.GraphQlSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@TestPropertySource(
		properties = { "agent-metrics.security.mode=jwt", "agent-metrics.security.audience=" + TestIssuer.AUDIENCE })
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TokensIntegrationTests extends ApiTest {

	private static final TestIssuer issuer = new TestIssuer();

	private static final Map<String, Object> QUERY = Map.of("query", "{ dashboard { totalAgents } }");

	private static final Map<String, Object> SUBSCRIPTION = Map.of("query",
			"subscription { dashboard { totalAgents } }");

	@DynamicPropertySource
	static void issuer(DynamicPropertyRegistry registry) {
		registry.add("agent-metrics.security.issuer-uri", issuer::address);
	}

	@AfterAll
	static void stop() {
		issuer.close();
	}

	static Stream<String> paths() {
		return Stream.of("POST /graphql", "SSE /graphql subscription", "GET /graphql?query={__typename}",
				"GET /api/v1/agent-studio/metrics/dashboard",
				"GET /api/v1/agent-studio/agents/6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c111/metrics",
				"GET /api/v1/agent-studio/agents/metrics/export?format=csv",
				"GET /api/v1/agent-studio/agents/6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c111/metrics/export",
				"POST /api/v1/agent-studio/metrics/dashboard", "GET /v3/api-docs", "GET /swagger-ui/index.html",
				"GET /graphql/", "GET //graphql", "GET /nothing", "GET /actuator/prometheus");
	}

	@Test
	void goodTokenIsAnswered() {
		ask(issuer.token(this.clock.instant())).expectStatus().isOk().expectBody().jsonPath("$.errors").doesNotExist();
	}

	@Test
	void scopeMayStandInAListOfThatName() {
		String token = issuer.token(this.clock.instant(),
				(claims) -> claims.claim("scope", null).claim("scp", List.of("other", "metrics:read")));
		ask(token).expectStatus().isOk();
	}

	@ParameterizedTest
	@ValueSource(strings = { "JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt" })
	void typeOfAnAccessTokenIsGood(String type) {
		ask(issuer.typed(this.clock.instant(), type)).expectStatus().isOk();
	}

	@ParameterizedTest
	@ValueSource(strings = { "logout+jwt", "dpop+jwt", "secevent+jwt" })
	void typeOfAnotherTokenIsNot(String type) {
		ask(issuer.typed(this.clock.instant(), type)).expectStatus().isUnauthorized();
	}

	@Test
	void tokensWithUnknownKeysDoNotMakeTheIssuerWork() {
		ask(issuer.token(this.clock.instant())).expectStatus().isOk();
		int before = issuer.keysFetched();
		long start = System.nanoTime();
		for (int i = 0; i < 40; i++) {
			ask(issuer.ofUnknownKey(this.clock.instant())).expectStatus().isUnauthorized();
		}
		long intervals = 1 + Duration.ofNanos(System.nanoTime() - start).dividedBy(Duration.ofSeconds(5));
		assertThat(issuer.keysFetched() - before).isLessThanOrEqualTo(2 * (int) intervals);
		ask(issuer.token(this.clock.instant())).expectStatus().isOk();
	}

	@ParameterizedTest
	@MethodSource("paths")
	void noOtherTokenIsGoodForAnyPath(String path) {
		// what is asked for is in the cache
		ask(issuer.token(this.clock.instant())).expectStatus().isOk();
		badTokens().forEach((what, token) -> {
			WebTestClient.ResponseSpec response = request(path)
				.headers((headers) -> headers.set(HttpHeaders.AUTHORIZATION, token))
				.exchange();
			if (path.startsWith("GET //")) {
				// refused by the firewall before anything else
				response.expectStatus().isBadRequest();
				return;
			}
			boolean scope = what.endsWith("scope");
			response.expectStatus()
				.value((status) -> assertThat(status).as("%s with %s", path, what).isEqualTo(scope ? 403 : 401))
				.expectHeader()
				.value(HttpHeaders.WWW_AUTHENTICATE,
						(header) -> assertThat(header).as(what)
							.startsWith("Bearer")
							.contains(scope ? "insufficient_scope" : ""))
				.expectHeader()
				.contentType(MediaType.APPLICATION_PROBLEM_JSON)
				.expectBody(String.class)
				.value((body) -> assertThat(body).as(what)
					.contains("\"status\":" + (scope ? 403 : 401), "\"kind\":\"UNAUTHENTICATED\"")
					.doesNotContain("Exception", "at io.", "totalAgents", "key"));
		});
	}

	@ParameterizedTest
	@MethodSource("paths")
	void withoutATokenNothingIsAnswered(String path) {
		request(path).exchange()
			.expectStatus()
			.value((status) -> assertThat(status).isEqualTo(path.startsWith("GET //") ? 400 : 401));
	}

	@Test
	void tokenInTheAddressIsNotLookedAt() {
		request("GET /graphql?query={__typename}&access_token=" + issuer.token(this.clock.instant())).exchange()
			.expectStatus()
			.isUnauthorized();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/index.html", "/favicon.ico", "/assets/page.js" })
	void filesOfThePageNeedNoToken(String path) {
		http(address()).get()
			.uri(path)
			.exchange()
			.expectStatus()
			.value((status) -> assertThat(status).isIn(200, 304, 404));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/health", "/actuator/info", "/actuator/prometheus" })
	void managementPortNeedsNoToken(String path) {
		management().get().uri(path).exchange().expectStatus().isOk();
	}

	@Test
	void webSocketIsAdmittedByItsFirstMessage() {
		try (HttpClient client = HttpClient.newHttpClient();
				GraphQlSocket socket = GraphQlSocket.admitted(client, this.port,
						Map.of("Authorization", "Bearer " + issuer.token(this.clock.instant())))) {
			socket.subscribe("1", "{ dashboard { totalAgents } }");
			assertThat(socket.next(Duration.ofSeconds(10)).at("/payload/data/dashboard/totalAgents").isNumber())
				.isTrue();
		}
	}

	@Test
	void subscriptionEndsWithItsToken() {
		String token = issuer.token(this.clock.instant(),
				(claims) -> claims.expirationTime(Date.from(this.clock.instant().plusSeconds(2))));
		try (HttpClient client = HttpClient.newHttpClient();
				GraphQlSocket socket = GraphQlSocket.admitted(client, this.port,
						Map.of("Authorization", "Bearer " + token))) {
			socket.subscribe("1", "subscription { dashboard { totalAgents } }");
			assertThat(socket.next(Duration.ofSeconds(10)).path("type").asString()).isEqualTo("next");
			JsonNode end = socket.next(Duration.ofSeconds(10));
			assertThat(end.path("type").asString()).isEqualTo("error");
			assertThat(end.at("/payload/0/extensions/kind").asString()).isEqualTo("UNAUTHENTICATED");
		}
		request("SSE /graphql subscription").headers((headers) -> headers.setBearerAuth(token))
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.value((events) -> assertThat(events).contains("totalAgents", "UNAUTHENTICATED", "event:complete"));
	}

	@Test
	void webSocketWithoutAGoodTokenIsClosed() {
		try (HttpClient client = HttpClient.newHttpClient()) {
			Map<String, String> payloads = new LinkedHashMap<>(badTokens());
			payloads.put("no token", "");
			payloads.forEach((what, token) -> {
				try (GraphQlSocket socket = GraphQlSocket.open(client, this.port, Map.of())) {
					socket.send(Map.of("type", "connection_init", "payload",
							token.isEmpty() ? Map.of() : Map.of("Authorization", token)));
					assertThat(socket.closeCode()).as(what).isEqualTo(4401);
				}
			});
			try (GraphQlSocket socket = GraphQlSocket.open(client, this.port, Map.of())) {
				socket.subscribe("1", "{ dashboard { totalAgents } }");
				assertThat(socket.closeCode()).isEqualTo(4401);
			}
		}
	}

	@Test
	void webSocketWithABadTokenInItsHeaderIsNotOpened() {
		try (HttpClient client = HttpClient.newHttpClient()) {
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> GraphQlSocket.open(client, this.port,
						Map.of("Authorization", "Bearer " + issuer.forged(this.clock.instant()))))
				.havingCause()
				.isInstanceOfSatisfying(WebSocketHandshakeException.class,
						(ex) -> assertThat(ex.getResponse().statusCode()).isEqualTo(401));
		}
	}

	@Test
	void webSocketOfAnotherSiteIsNotOpened() {
		try (HttpClient client = HttpClient.newHttpClient()) {
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(
						() -> GraphQlSocket.open(client, this.port, Map.of("Origin", "https://elsewhere.example.com")))
				.havingCause()
				.isInstanceOfSatisfying(WebSocketHandshakeException.class,
						(ex) -> assertThat(ex.getResponse().statusCode()).isEqualTo(403));
		}
	}

	@Test
	@Order(Integer.MAX_VALUE)
	void issuerOutOfReachIsNotTheCallersMistake() {
		issuer.close();
		String unknownKey = issuer.token(this.clock.instant())
			.replaceFirst("^[^.]*", "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsyIn0");
		// what the issuer has just said is not asked again at once
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> ask(unknownKey).expectStatus()
				.isEqualTo(HttpStatus.SERVICE_UNAVAILABLE)
				.expectBody(String.class)
				.value((body) -> assertThat(body).contains("Tokens cannot be checked", "UNAVAILABLE")
					.doesNotContain("localhost")));
	}

	private Map<String, String> badTokens() {
		Instant now = this.clock.instant();
		Map<String, String> tokens = new LinkedHashMap<>();
		tokens.put("nonsense", "nonsense");
		tokens.put("an expired token", issuer.token(now.minusSeconds(631)));
		tokens.put("a token for later",
				issuer.token(now, (claims) -> claims.notBeforeTime(Date.from(now.plusSeconds(60)))));
		tokens.put("a token for good", issuer.token(now, (claims) -> claims.expirationTime(null)));
		tokens.put("no signature", issuer.unsigned(now));
		tokens.put("another key", issuer.forged(now));
		tokens.put("another issuer", issuer.token(now, (claims) -> claims.issuer("https://elsewhere.example.com")));
		tokens.put("no issuer", issuer.token(now, (claims) -> claims.issuer(null)));
		tokens.put("another audience", issuer.token(now, (claims) -> claims.audience("elsewhere")));
		tokens.put("no audience", issuer.token(now, (claims) -> claims.audience((String) null)));
		tokens.put("public key as DER for secret", issuer.signedWithPublicKey(now).getFirst());
		tokens.put("public key as PEM for secret", issuer.signedWithPublicKey(now).getLast());
		tokens.put("another scope",
				issuer.token(now, (claims) -> claims.claim("scope", "metrics:write metrics:reader")));
		tokens.put("no scope", issuer.token(now, (claims) -> claims.claim("scope", null)));
		tokens.replaceAll((what, token) -> "Bearer " + token);
		return tokens;
	}

	private WebTestClient.ResponseSpec ask(String token) {
		return request("POST /graphql").headers((headers) -> headers.setBearerAuth(token)).exchange();
	}

	private RequestHeadersSpec<?> request(String path) {
		String uri = path.substring(path.indexOf(' ') + 1);
		WebTestClient client = http(address());
		if (path.startsWith("GET")) {
			return client.get().uri(URI.create(address() + uri.replace("{", "%7B").replace("}", "%7D")));
		}
		return client.post()
			.uri(uri.replace(" subscription", ""))
			.contentType(MediaType.APPLICATION_JSON)
			.accept(path.startsWith("SSE") ? MediaType.TEXT_EVENT_STREAM : MediaType.APPLICATION_JSON)
			.bodyValue(path.endsWith("subscription") ? SUBSCRIPTION : QUERY);
	}

	private String address() {
		return "http://localhost:" + this.port;
	}

}
