package io.agentmetrics.receiver;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.agentmetrics.db.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Who may send spans.
 */
class TokensIntegrationTests {

	private static TestDatabase database;

	private static RSAKey key;

	private static HttpServer issuer;

	private static RunningReceiver receiver;

	@BeforeAll
	static void start() throws Exception {
		database = TestDatabase.create();
		key = new RSAKeyGenerator(2048).keyID("key").generate();
		issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
		issuer.createContext("/keys", (exchange) -> {
			exchange.sendResponseHeaders(200, keys.length);
			exchange.getResponseBody().write(keys);
			exchange.close();
		});
		issuer.start();
		receiver = RunningReceiver.start(database, "server.address=0.0.0.0", keysSetting(),
				"agent-metrics.security.audience=agent-metrics");
	}

	@AfterAll
	static void stop() {
		receiver.close();
		issuer.stop(0);
		database.close();
	}

	@Test
	void tokenWithTheScopeIsNeeded() throws Exception {
		assertThat(send(null).statusCode()).isEqualTo(401);
		assertThat(send(token("metrics:read", "agent-metrics", 600)).statusCode()).isEqualTo(403);
		assertThat(send(token("metrics:write", "somebody else", 600)).statusCode()).isEqualTo(401);
		assertThat(send(token("metrics:write", "agent-metrics", -600)).statusCode()).isEqualTo(401);
		assertThat(send("nonsense").statusCode()).isEqualTo(401);
		assertThat(send(token("metrics:read metrics:write", "agent-metrics", 600)).statusCode()).isEqualTo(200);
	}

	@Test
	void refusalSaysWhatIsMissing() throws Exception {
		HttpResponse<byte[]> response = send(token("metrics:read", "agent-metrics", 600));
		assertThat(response.headers().firstValue("WWW-Authenticate"))
			.hasValueSatisfying((challenge) -> assertThat(challenge).contains("scope=\"metrics:write\""));
		assertThat(new String(response.body(), StandardCharsets.UTF_8))
			.isEqualTo("{\"code\":7,\"message\":\"The token lacks the scope metrics:write\"}");
	}

	@Test
	void healthNeedsNoToken() throws Exception {
		assertThat(receiver.management("/actuator/health/readiness")).contains("UP");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::", "" })
	void receiverThatOthersReachDoesNotStartWithoutAWayToCheckTokens(String address) {
		assertThatException().isThrownBy(() -> RunningReceiver.start(database, "server.address=" + address).close())
			.withStackTraceContaining("no token can be checked");
		assertThatException()
			.isThrownBy(() -> RunningReceiver.start(database, "server.address=" + address, keysSetting()).close())
			.withStackTraceContaining("AGENT_METRICS_SECURITY_AUDIENCE");
	}

	@Test
	void requestThatIsRefusedBeforeItIsReadIsCountedAsOneForTraces() throws Exception {
		try (RunningReceiver withoutKeys = RunningReceiver.start(database, "server.address=0.0.0.0",
				"agent-metrics.security.jwk-set-uri=http://localhost:1/keys",
				"agent-metrics.security.audience=agent-metrics")) {
			assertThat(send(withoutKeys, token("metrics:write", "agent-metrics", 600)).statusCode()).isEqualTo(503);
			assertThat(withoutKeys.management("/actuator/prometheus"))
				.containsPattern("http_server_requests_seconds_count\\{.*status=\"503\",uri=\"/v1/traces\"} 1");
		}
	}

	@Test
	void portCanBeOpenedToEverybodyWhoReachesIt() throws Exception {
		try (RunningReceiver open = RunningReceiver.start(database, "server.address=0.0.0.0",
				"agent-metrics.security.write-mode=none")) {
			assertThat(open.post("{}").statusCode()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "agent-metrics.security.write-mode=open",
			"agent-metrics.security.write-mode=none,agent-metrics.security.audience=agent-metrics" })
	void settingsThatDoNotAgreeAreRefused(String settings) {
		assertThatException().isThrownBy(() -> RunningReceiver.start(database, settings.split(",")))
			.withStackTraceContaining("AGENT_METRICS_SECURITY_WRITE_MODE is jwt, or none");
	}

	private static String keysSetting() {
		return "agent-metrics.security.jwk-set-uri=http://localhost:%d/keys".formatted(issuer.getAddress().getPort());
	}

	private static HttpResponse<byte[]> send(@Nullable String token) throws Exception {
		return send(receiver, token);
	}

	private static HttpResponse<byte[]> send(RunningReceiver to, @Nullable String token) throws Exception {
		var request = to.request("/v1/traces").header("Content-Type", RunningReceiver.JSON);
		if (token != null) {
			request.header("Authorization", "Bearer " + token);
		}
		return to.send(request.POST(BodyPublishers.ofString("{}")).build());
	}

	private static String token(String scope, String audience, int seconds) throws Exception {
		SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("key").build(),
				new JWTClaimsSet.Builder().subject("exporter")
					.audience(audience)
					.claim("scope", scope)
					.expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
					.build());
		token.sign(new RSASSASigner(key));
		return token.serialize();
	}

}
