package io.agentmetrics.api.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Issues tokens, good ones and others, and shows its key at an address of its own.
 */
public final class TestIssuer implements AutoCloseable {

	public static final String AUDIENCE = "agent-metrics";

	private final HttpServer server;

	private final RSAKey key;

	private final RSAKey otherKey;

	private final AtomicInteger keysFetched = new AtomicInteger();

	public TestIssuer() {
		try {
			this.key = new RSAKeyGenerator(2048).keyID("key").generate();
			this.otherKey = new RSAKeyGenerator(2048).keyID("key").generate();
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
		this.server.createContext("/keys", (exchange) -> {
			this.keysFetched.incrementAndGet();
			answer(exchange, new JWKSet(this.key.toPublicJWK()).toString());
		});
		this.server.createContext("/.well-known/openid-configuration", (exchange) -> answer(exchange,
				"{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(address(), address())));
		this.server.start();
	}

	public String address() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	/** A token that is good for ten minutes. */
	public String token(Instant now) {
		return token(now, (claims) -> {
		});
	}

	String token(Instant now, Consumer<JWTClaimsSet.Builder> change) {
		return signed(JWSAlgorithm.RS256, signer(this.key), claims(now, change));
	}

	/** A good token whose header says what it is. */
	String typed(Instant now, String type) {
		return signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("key").type(new JOSEObjectType(type)).build(),
				signer(this.key), claims(now, (claims) -> {
				}));
	}

	/** Signed with a key that the issuer does not show. */
	String ofUnknownKey(Instant now) {
		return signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(UUID.randomUUID().toString()).build(),
				signer(this.otherKey), claims(now, (claims) -> {
				}));
	}

	/** How often anybody has asked for the keys. */
	int keysFetched() {
		return this.keysFetched.get();
	}

	/** Signed by somebody else with a key of the same id. */
	String forged(Instant now) {
		return signed(JWSAlgorithm.RS256, signer(this.otherKey), claims(now, (claims) -> {
		}));
	}

	String unsigned(Instant now) {
		return new PlainJWT(claims(now, (claims) -> {
		})).serialize();
	}

	/** Signed with the public key, which everybody has, as if it were a shared secret. */
	List<String> signedWithPublicKey(Instant now) {
		try {
			JWTClaimsSet claims = claims(now, (any) -> {
			});
			byte[] pem = """
					-----BEGIN PUBLIC KEY-----
					%s
					-----END PUBLIC KEY-----
					"""
				.formatted(Base64.getMimeEncoder(64, new byte[] { '\n' })
					.encodeToString(this.key.toRSAPublicKey().getEncoded()))
				.getBytes(StandardCharsets.US_ASCII);
			return List.of(signed(JWSAlgorithm.HS256, new MACSigner(this.key.toRSAPublicKey().getEncoded()), claims),
					signed(JWSAlgorithm.HS256, new MACSigner(pem), claims));
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private JWTClaimsSet claims(Instant now, Consumer<JWTClaimsSet.Builder> change) {
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(address())
			.audience(AUDIENCE)
			.subject("somebody")
			.claim("scope", "metrics:read")
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plusSeconds(600)));
		change.accept(claims);
		return claims.build();
	}

	private static String signed(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet claims) {
		return signed(new JWSHeader.Builder(algorithm).keyID("key").build(), signer, claims);
	}

	private static String signed(JWSHeader header, JWSSigner signer, JWTClaimsSet claims) {
		try {
			SignedJWT token = new SignedJWT(header, claims);
			token.sign(signer);
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static JWSSigner signer(RSAKey key) {
		try {
			return new RSASSASigner(key);
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void answer(HttpExchange exchange, String json) throws IOException {
		byte[] body = json.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, body.length);
		try (exchange) {
			exchange.getResponseBody().write(body);
		}
	}

	/** From now on nobody can fetch the key. */
	@Override
	public void close() {
		this.server.stop(0);
	}

}
