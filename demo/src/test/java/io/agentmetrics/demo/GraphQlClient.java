package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks GraphQL queries over HTTP as any client would.
 */
final class GraphQlClient {

	private static final JsonMapper json = new JsonMapper();

	private final HttpClient http = HttpClient.newHttpClient();

	private final URI address;

	GraphQlClient(URI address) {
		this.address = address;
	}

	/** The data of an answer that has no errors. */
	JsonNode data(String query) throws IOException, InterruptedException {
		JsonNode answer = answer(query);
		if (answer.has("errors")) {
			throw new IllegalStateException(query + answer);
		}
		return answer.path("data");
	}

	JsonNode answer(String query) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(this.address)
			.header("Content-Type", "application/json")
			.header("Accept", "application/graphql-response+json")
			.POST(BodyPublishers.ofString(json.writeValueAsString(Map.of("query", query))))
			.build();
		HttpResponse<String> response = this.http.send(request, BodyHandlers.ofString());
		return parse(response.body());
	}

	/**
	 * What comes first of a stream: all of a query's answer, or a subscription's first.
	 */
	JsonNode firstEvent(String query) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(this.address)
			.header("Content-Type", "application/json")
			.header("Accept", "text/event-stream")
			.POST(BodyPublishers.ofString(json.writeValueAsString(Map.of("query", query))))
			.build();
		try (Stream<String> lines = this.http.send(request, BodyHandlers.ofLines()).body()) {
			return parse(lines.filter((line) -> line.startsWith("data:")).findFirst().orElseThrow().substring(5));
		}
	}

	static JsonNode parse(String text) {
		return json.readTree(text);
	}

}
