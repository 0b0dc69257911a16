package io.agentmetrics.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Somebody who does not ask for what is refused at once, but for so much of what is
 * allowed that others would have to wait, or the memory would be full.
 *
 * @param name what it is
 * @param clients how many do it side by side, each with a token of its own
 * @param once does it once, as one of the clients
 */
record Siege(String name, int clients, Attack once) {

	private static final int UNFINISHED_BODIES = 2_600;

	private static final int BODY = 262_143;

	/**
	 * Returns everything that is tried.
	 * @param api where the API is
	 * @param issuer whose tokens it believes
	 * @return what goes on for a while each
	 */
	static List<Siege> all(URI api, TokenIssuer issuer) {
		HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		List<String> tokens = IntStream.range(0, 3).mapToObj((client) -> issuer.token("hostile " + client)).toList();
		String texts = aliases(30, (i) -> "executions(first: " + (100 - i) + ") { edges { node { errorMessage } } }");
		String windows = "{ " + aliases(190, (i) -> "agentMetrics(agentId: \"" + busiest() + "\", between: { "
				+ window(i) + " }, metricType: REALTIME) { totalExecutions }") + " }";
		String series = aliases(150,
				(i) -> "series(between: { " + window(i) + " }, granularity: HOUR) { points { totalExecutions } }");
		AtomicLong unknownKeys = new AtomicLong();
		return List.of(
				new Siege("%,d bodies without an end".formatted(UNFINISHED_BODIES), 1, (client) -> unfinished(api)),
				new Siege("30 aliases of 100 agents' executions", 1,
						(client) -> ask(http, api, tokens.get(client),
								"{ agents(first: 100) { edges { node { " + texts + " } } } }")),
				new Siege("190 windows of the busiest agent", 1,
						(client) -> ask(http, api, tokens.get(client), windows)),
				new Siege("three clients with 150 series", 3,
						(client) -> ask(http, api, tokens.get(client), "{ dashboard { " + series + " } }")),
				new Siege("tokens of ever new keys", 1, (client) -> ask(http, api,
						issuer.ofUnknownKey("unknown " + unknownKeys.incrementAndGet()), "{ __typename }")));
	}

	/**
	 * Goes on until it is enough.
	 * @param client which of the clients
	 * @param begun counted down before the first
	 * @param goOn whether it is not enough yet
	 * @return how often it was done
	 * @throws InterruptedException if the benchmark is ended
	 */
	long run(int client, CountDownLatch begun, BooleanSupplier goOn) throws InterruptedException {
		long times = 0;
		begun.countDown();
		for (; goOn.getAsBoolean(); times++) {
			try {
				this.once.send(client);
			}
			catch (IOException ex) {
				// refused or hung up on, as it should be; trying again at once would only
				// take the good clients' processor time
				Thread.sleep(100);
			}
		}
		return times;
	}

	private static void ask(HttpClient http, URI api, String token, String query)
			throws IOException, InterruptedException {
		http.send(HttpRequest.newBuilder(api)
			.header("Content-Type", "application/json")
			.header("Authorization", "Bearer " + token)
			.POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"" + query.replace("\"", "\\\"") + "\"}"))
			.build(), BodyHandlers.discarding());
	}

	private static void unfinished(URI api) throws IOException, InterruptedException {
		byte[] request = ("POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
				+ BODY + "\r\n\r\n" + "x".repeat(BODY - 1))
			.getBytes(StandardCharsets.US_ASCII);
		List<Socket> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < UNFINISHED_BODIES; i++) {
				Socket socket = new Socket();
				sockets.add(socket);
				try {
					socket.connect(new InetSocketAddress(api.getHost(), api.getPort()), 100);
					socket.getOutputStream().write(request);
				}
				catch (IOException ex) {
					// refused, as it may be
				}
			}
			// they stay without an end for this long
			Thread.sleep(5_000);
		}
		finally {
			for (Socket socket : sockets) {
				socket.close();
			}
		}
	}

	private static String aliases(int count, IntFunction<String> field) {
		return IntStream.range(0, count)
			.mapToObj((i) -> "a" + i + ": " + field.apply(i))
			.collect(Collectors.joining(" "));
	}

	private static String window(int i) {
		Instant to = Instant.now().minusSeconds(60L * i);
		return "from: \"" + to.minusSeconds(7 * 86_400L) + "\", to: \"" + to + "\"";
	}

	private static String busiest() {
		return GeneratedHistory.agentId(GeneratedHistory.BUSIEST).toString();
	}

	/**
	 * Something to send.
	 */
	interface Attack {

		void send(int client) throws IOException, InterruptedException;

	}

}
