package io.agentmetrics.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What somebody sends who means harm, and what must come back: a refusal at once.
 *
 * @param name what it is
 * @param get whether it comes as a GET, its body being the query then
 * @param body what is sent
 * @param refusal what the answer contains
 */
record HostileRequest(String name, boolean get, String body, String refusal) {

	/** The most milliseconds a refusal may take. */
	static final int BAR_MS = 200;

	private static final String ID = "00000000-0000-4000-8000-000000000000";

	private static final String INJECTION = "'; drop table agents; --";

	/**
	 * Returns everything that is tried.
	 * @param foreignCursor a good cursor of the list of all agents
	 * @return the requests
	 */
	static List<HostileRequest> all(String foreignCursor) {
		String fragments = "{ ...f0 }" + IntStream.range(0, 22)
			.mapToObj((i) -> " fragment f%d on Query { ...f%d ...f%d }".formatted(i, i + 1, i + 1))
			.collect(Collectors.joining()) + " fragment f22 on Query { agents { totalCount } }";
		String aliases = IntStream.range(0, 2_500)
			.mapToObj((i) -> "a" + i + ": agents { totalCount } ")
			.collect(Collectors.joining("", "{ ", "}"));
		String deep = "{ agents " + "{ edges { node ".repeat(75) + "{ id }" + "} }".repeat(75) + " }";
		String cyclic = "{ __schema { types " + "{ fields { type ".repeat(7) + "{ name }" + "} }".repeat(7) + " } }";
		String window = "{ agentMetrics(agentId: \\\"%s\\\", between: { from: \\\"1970-01-01T00:00:00Z\\\", to: \\\"2070-01-01T00:00:00Z\\\" }) { trend } }"
			.formatted(ID);
		return List.of(query("exponential fragments, 22 deep", fragments, "TOO_COMPLEX"),
				query("2,500 aliases", aliases, "errors"),
				query("4,000 directives", "{ __typename " + "@skip(if: false) ".repeat(4_000) + "}", "BAD_INPUT"),
				query("depth 150", deep, "errors"), query("cyclic introspection", cyclic, "errors"),
				new HostileRequest("a body of 20 MB", false,
						"{\"query\":\"{ __typename }\",\"padding\":\"" + "x".repeat(20_000_000) + "\"}", "413"),
				query("first: 2147483647", "{ agents(first: 2147483647) { totalCount } }", "BAD_INPUT"),
				query("a window of 100 years", window, "BAD_INPUT"),
				new HostileRequest("1,000 requests in an array", false,
						"[" + "{\"query\":\"{ agents { totalCount } }\"},".repeat(999)
								+ "{\"query\":\"{ agents { totalCount } }\"}]",
						"400"),
				new HostileRequest("a mutation by GET", true, "mutation { agents { totalCount } }", "405"),
				query("SQL as an id", "{ agent(id: \\\"" + INJECTION + "\\\") { id } }", "BAD_INPUT"),
				query("SQL as an agent's id", "{ agentMetrics(agentId: \\\"" + INJECTION + "\\\") { trend } }",
						"BAD_INPUT"),
				query("SQL as a search", "{ agents(search: \\\"" + INJECTION + "\\\") { totalCount } }",
						"\"totalCount\":0"),
				query("SQL as a cursor", "{ agents(after: \\\"" + INJECTION + "\\\") { totalCount } }", "BAD_INPUT"),
				query("SQL as a moment",
						agent("metrics(between: { from: \\\"" + INJECTION
								+ "\\\", to: \\\"2026-01-01T00:00:00Z\\\" }) { trend }"),
						"BAD_INPUT"),
				query("SQL as a cursor of executions",
						agent("executions(after: \\\"" + INJECTION + "\\\") { pageInfo { endCursor } }"), "BAD_INPUT"),
				query("a broken cursor", "{ agents(after: \\\"AAAAAAEBAAAAAAAA\\\") { totalCount } }", "BAD_INPUT"),
				query("a cursor of another search",
						"{ agents(search: \\\"other\\\", after: \\\"" + foreignCursor + "\\\") { totalCount } }",
						"of a list with another"),
				query("a cursor of another list",
						agent("executions(after: \\\"" + foreignCursor + "\\\") { pageInfo { endCursor } }"),
						"is not a cursor of this list"));
	}

	private static String agent(String fields) {
		return "{ agent(id: \\\"%s\\\") { %s } }".formatted(GeneratedHistory.agentId(GeneratedHistory.TEN_THOUSAND),
				fields);
	}

	private static HostileRequest query(String name, String query, String refusal) {
		return new HostileRequest(name, false, "{\"query\":\"" + query + "\"}", refusal);
	}

	/**
	 * Sends it.
	 * @param http the client
	 * @param graphQl where the API is
	 * @throws IllegalStateException if the answer is none of a refusal
	 */
	void send(HttpClient http, URI graphQl) {
		HttpRequest.Builder request = this.get
				? HttpRequest
					.newBuilder(URI.create(graphQl + "?query=" + URLEncoder.encode(this.body, StandardCharsets.UTF_8)))
					.GET()
				: HttpRequest.newBuilder(graphQl)
					.header("Content-Type", "application/json")
					.POST(HttpRequest.BodyPublishers.ofString(this.body));
		try {
			HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
			String answer = response.statusCode() + " " + response.body();
			if (!answer.contains(this.refusal)) {
				throw new IllegalStateException(this.name + " was answered by " + answer);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
