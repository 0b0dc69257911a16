package io.agentmetrics.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * A client with a connection that it keeps, as a browser or a backend has.
 */
final class GraphQlClient implements AutoCloseable {

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final URI address;

	GraphQlClient(URI address) {
		this.address = address;
	}

	/**
	 * Asks and waits for the whole answer.
	 * @param query the GraphQL document
	 * @return the answer as JSON
	 * @throws IllegalStateException if it has errors
	 */
	String ask(String query) {
		HttpRequest request = HttpRequest.newBuilder(this.address)
			.header("Content-Type", "application/json")
			.header("Accept", "application/graphql-response+json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"" + query.replace("\"", "\\\"") + "\"}"))
			.build();
		try {
			HttpResponse<String> response = this.http.send(request, HttpResponse.BodyHandlers.ofString());
			if (response.statusCode() != 200 || response.body().contains("\"errors\":")) {
				throw new IllegalStateException(query + " was answered by " + response.body());
			}
			return response.body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.http.close();
	}

}
