package io.agentmetrics.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A client with a connection that it keeps, as a browser or a backend has. It asks and
 * waits on the caller's thread, so that it takes little of the cores that it shares with
 * the API.
 */
final class GraphQlClient {

	private final URI address;

	private final String header;

	private final String value;

	private GraphQlClient(URI address, String header, String value) {
		this.address = address;
		this.header = header;
		this.value = value;
	}

	/**
	 * Creates a client behind a proxy.
	 * @param address where the API is
	 * @param from the client's own address, as the proxy tells it
	 * @return the client
	 */
	static GraphQlClient from(URI address, String from) {
		return new GraphQlClient(address, "X-Forwarded-For", from);
	}

	/**
	 * Creates a client with a token.
	 * @param address where the API is
	 * @param token the token
	 * @return the client
	 */
	static GraphQlClient withToken(URI address, String token) {
		return new GraphQlClient(address, "Authorization", "Bearer " + token);
	}

	/**
	 * Asks and waits for the whole answer.
	 * @param query the GraphQL document
	 * @return the answer as JSON
	 * @throws IllegalStateException if it has errors
	 */
	String ask(String query) {
		try {
			HttpURLConnection connection = (HttpURLConnection) this.address.toURL().openConnection();
			connection.setRequestProperty("Content-Type", "application/json");
			connection.setRequestProperty("Accept", "application/graphql-response+json");
			connection.setRequestProperty(this.header, this.value);
			connection.setDoOutput(true);
			try (OutputStream body = connection.getOutputStream()) {
				body.write(("{\"query\":\"" + query.replace("\"", "\\\"") + "\"}").getBytes(StandardCharsets.UTF_8));
			}
			String answer = answer(connection);
			if (connection.getResponseCode() != 200 || answer.contains("\"errors\":")) {
				throw new IllegalStateException(query + " was answered by " + answer);
			}
			return answer;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Reads it to its end, or the connection could not be kept. */
	private static String answer(HttpURLConnection connection) throws IOException {
		try (InputStream body = (connection.getResponseCode() < 400) ? connection.getInputStream()
				: connection.getErrorStream()) {
			return new String(body.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
