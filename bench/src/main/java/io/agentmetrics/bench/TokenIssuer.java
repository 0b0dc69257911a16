package io.agentmetrics.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * An issuer of bearer tokens that counts how often it is asked for its keys.
 */
final class TokenIssuer implements AutoCloseable {

	private static final String AUDIENCE = "agent-metrics";

	private static final String KEY_ID = "bench";

	private static final long LIFETIME_SECONDS = 3_600;

	private static final Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();

	private final HttpServer server;

	private final PrivateKey key;

	private final AtomicInteger keysFetched = new AtomicInteger();

	private TokenIssuer(HttpServer server, KeyPair keys) {
		this.server = server;
		this.key = keys.getPrivate();
		RSAPublicKey shown = (RSAPublicKey) keys.getPublic();
		server.createContext("/keys", (exchange) -> {
			this.keysFetched.incrementAndGet();
			answer(exchange,
					"{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}]}"
						.formatted(KEY_ID, unsigned(shown.getModulus()), unsigned(shown.getPublicExponent())));
		});
		server.createContext("/.well-known/openid-configuration", (exchange) -> answer(exchange,
				"{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(address(), address())));
		server.start();
	}

	static TokenIssuer start() {
		try {
			KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
			keys.initialize(2048);
			return new TokenIssuer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
					keys.generateKeyPair());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns the environment variables with which the API believes this issuer's tokens.
	 * @return names and values
	 */
	Map<String, String> settings() {
		return Map.of("AGENT_METRICS_SECURITY_MODE", "jwt", "AGENT_METRICS_SECURITY_ISSUER_URI", address(),
				"AGENT_METRICS_SECURITY_AUDIENCE", AUDIENCE);
	}

	/**
	 * Returns a token that is good for an hour.
	 * @param subject whose it is
	 * @return the token
	 */
	String token(String subject) {
		return signed(KEY_ID, subject);
	}

	/**
	 * Returns a token of a key that this issuer does not have.
	 * @param keyId the key's id
	 * @return the token
	 */
	String ofUnknownKey(String keyId) {
		return signed(keyId, "nobody");
	}

	int keysFetched() {
		return this.keysFetched.get();
	}

	private String signed(String keyId, String subject) {
		long now = Instant.now().getEpochSecond();
		String text = encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(keyId)) + "." + encoded(
				"{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"%s\",\"scope\":\"metrics:read\",\"iat\":%d,\"exp\":%d}"
					.formatted(address(), AUDIENCE, subject, now, now + LIFETIME_SECONDS));
		try {
			Signature signature = Signature.getInstance("SHA256withRSA");
			signature.initSign(this.key);
			signature.update(text.getBytes(StandardCharsets.US_ASCII));
			return text + "." + base64.encodeToString(signature.sign());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String address() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	private static String encoded(String json) {
		return base64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
	}

	/** Without the byte that only says that the number is positive. */
	private static String unsigned(BigInteger number) {
		byte[] bytes = number.toByteArray();
		int sign = (bytes[0] == 0) ? 1 : 0;
		return base64.encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
	}

	private static void answer(HttpExchange exchange, String json) throws IOException {
		try (exchange) {
			byte[] body = json.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
