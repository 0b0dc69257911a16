package io.agentmetrics.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A proxy in front of the API that can be told to hold, to cut off, or to refuse what the
 * page asks for.
 */
final class Gateway implements AutoCloseable {

	/** What to do with the requests for data, and with those for the page's scripts. */
	enum Rule {

		PASS, CUT, REFUSE_PUSH, SILENT_PUSH, REFUSE_SCRIPTS

	}

	/**
	 * Not the origin, either: the API would take this proxy's address for another site.
	 */
	private static final Set<String> OWN_HEADERS = Set.of("host", "origin", "connection", "content-length", "upgrade",
			"expect", "http2-settings", "transfer-encoding");

	private final HttpClient client = HttpClient.newHttpClient();

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final Set<HttpExchange> open = ConcurrentHashMap.newKeySet();

	private final List<Seen> seen = new CopyOnWriteArrayList<>();

	private final HttpServer server;

	private final URI api;

	private volatile Rule rule = Rule.PASS;

	private volatile CountDownLatch gate = new CountDownLatch(0);

	private volatile @Nullable String token;

	private volatile @Nullable BiFunction<String, JsonNode, JsonNode> rewrite;

	private Gateway(HttpServer server, URI api) {
		this.server = server;
		this.api = api;
	}

	static Gateway start(URI api) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
		Gateway gateway = new Gateway(server, api);
		server.createContext("/", gateway::handle);
		server.setExecutor(gateway.threads);
		server.start();
		return gateway;
	}

	URI address(String path) {
		return URI.create("http://localhost:" + this.server.getAddress().getPort() + path);
	}

	/** Applies a rule; what is under way ends at once, unless everything passes. */
	void apply(Rule rule) {
		this.rule = rule;
		if (rule != Rule.PASS) {
			this.open.forEach(HttpExchange::close);
		}
	}

	/** Lets requests for data wait. */
	void hold() {
		this.gate = new CountDownLatch(1);
	}

	void release() {
		this.gate.countDown();
	}

	/** Answers 401 to those without this token; null for nobody. */
	void require(@Nullable String token) {
		this.token = token;
	}

	/**
	 * Makes others of the answers to queries, which it is told with them; null for none.
	 */
	void rewrite(@Nullable BiFunction<String, JsonNode, JsonNode> rewrite) {
		this.rewrite = rewrite;
	}

	/** The requests for data since last asked. */
	List<Seen> seen() {
		List<Seen> all = List.copyOf(this.seen);
		this.seen.clear();
		return all;
	}

	private void handle(HttpExchange exchange) throws IOException {
		String path = exchange.getRequestURI().getPath();
		boolean data = path.startsWith("/graphql") || path.startsWith("/api/");
		this.open.add(exchange);
		try (exchange) {
			if (data) {
				String accept = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
				this.seen.add(new Seen(path, accept, exchange.getRequestHeaders().getFirst("Authorization")));
				this.gate.await();
				if (this.rule == Rule.CUT) {
					return;
				}
				if (this.rule == Rule.REFUSE_PUSH && accept.equals("text/event-stream")) {
					exchange.sendResponseHeaders(204, -1);
					return;
				}
				if (this.rule == Rule.SILENT_PUSH && accept.equals("text/event-stream")) {
					exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
					exchange.sendResponseHeaders(200, 0);
					TimeUnit.SECONDS.sleep(30);
					return;
				}
				String needed = this.token;
				if (needed != null
						&& !("Bearer " + needed).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
					exchange.sendResponseHeaders(401, -1);
					return;
				}
			}
			if (this.rule == Rule.REFUSE_SCRIPTS && path.endsWith(".js")) {
				exchange.sendResponseHeaders(403, -1);
				return;
			}
			pass(exchange);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.open.remove(exchange);
		}
	}

	private void pass(HttpExchange exchange) throws IOException, InterruptedException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		BiFunction<String, JsonNode, JsonNode> rewriting = this.rewrite;
		if (rewriting != null && exchange.getRequestURI().getPath().equals("/graphql")
				&& "application/json".equals(exchange.getRequestHeaders().getFirst("Accept"))) {
			rewrite(exchange, body, rewriting);
			return;
		}
		HttpRequest.Builder request = HttpRequest.newBuilder(this.api.resolve(exchange.getRequestURI().toString()))
			.method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
		exchange.getRequestHeaders().forEach((name, values) -> {
			// the token is this proxy's matter
			if (!OWN_HEADERS.contains(name.toLowerCase()) && !name.equalsIgnoreCase("authorization")) {
				values.forEach((value) -> request.header(name, value));
			}
		});
		HttpResponse<InputStream> response = this.client.send(request.build(),
				HttpResponse.BodyHandlers.ofInputStream());
		response.headers().map().forEach((name, values) -> {
			if (!OWN_HEADERS.contains(name.toLowerCase()) && !name.startsWith(":")) {
				exchange.getResponseHeaders().put(name, values);
			}
		});
		boolean empty = response.statusCode() == 304 || response.statusCode() == 204;
		exchange.sendResponseHeaders(response.statusCode(), empty ? -1 : 0);
		try (InputStream from = response.body()) {
			copy(from, exchange.getResponseBody());
		}
	}

	private void rewrite(HttpExchange exchange, byte[] body, BiFunction<String, JsonNode, JsonNode> rewriting)
			throws IOException, InterruptedException {
		String query = GraphQlClient.parse(new String(body, StandardCharsets.UTF_8)).path("query").asString();
		JsonNode answer = new GraphQlClient(this.api.resolve("/graphql")).answer(query);
		byte[] rewritten = rewriting.apply(query, answer).toString().getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, rewritten.length);
		exchange.getResponseBody().write(rewritten);
	}

	/** Event by event: nothing waits for a buffer to fill. */
	private static void copy(InputStream from, OutputStream to) throws IOException {
		byte[] buffer = new byte[8_192];
		for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
			to.write(buffer, 0, read);
			to.flush();
		}
	}

	@Override
	public void close() {
		release();
		this.server.stop(0);
		this.threads.shutdownNow();
		this.client.shutdownNow();
	}

	/**
	 * A request for data.
	 *
	 * @param path where to
	 * @param accept what it wanted
	 * @param authorization with what it was signed
	 */
	record Seen(String path, String accept, @Nullable String authorization) {
	}

}
