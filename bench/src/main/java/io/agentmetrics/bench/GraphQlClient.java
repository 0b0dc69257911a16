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

	private final String from;

	GraphQlClient(URI address) {
		this(address, "127.0.0.1");
	}

	/**
	 * Creates a client behind a proxy.
	 * @param address where the API is
	 * @param from the client's own address, as the proxy tells it
	 */
	GraphQlClient(URI address, String from) {
		this.address = address;
		this.from = from;
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
			connection.setRequestProperty("X-Forwarded-For", this.from);
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
