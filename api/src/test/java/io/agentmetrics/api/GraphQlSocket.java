package io.agentmetrics.api;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of the protocol graphql-transport-ws, as small as can be.
 */
public final class GraphQlSocket implements AutoCloseable {

	private static final JsonMapper json = JsonMapper.shared();

	private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();

	private final CompletableFuture<Integer> closed = new CompletableFuture<>();

	private final WebSocket socket;

	private GraphQlSocket(HttpClient client, int port, Map<String, String> headers) {
		WebSocket.Builder builder = client.newWebSocketBuilder().subprotocols("graphql-transport-ws");
		headers.forEach(builder::header);
		this.socket = builder.buildAsync(URI.create("ws://localhost:" + port + "/graphql"), new Listener()).join();
	}

	public static GraphQlSocket open(HttpClient client, int port, Map<String, String> headers) {
		return new GraphQlSocket(client, port, headers);
	}

	/** Opens a connection and waits until it is admitted. */
	public static GraphQlSocket admitted(HttpClient client, int port, Map<String, Object> payload) {
		GraphQlSocket socket = open(client, port, Map.of());
		socket.send(Map.of("type", "connection_init", "payload", payload));
		if (!socket.next(Duration.ofSeconds(10)).path("type").asString().equals("connection_ack")) {
			throw new IllegalStateException("Not admitted");
		}
		return socket;
	}

	public void send(Map<String, Object> message) {
		this.socket.sendText(json.writeValueAsString(message), true).join();
	}

	public void subscribe(String id, String query) {
		send(Map.of("type", "subscribe", "id", id, "payload", Map.of("query", query)));
	}

	/** The next message but pings, or a failure. */
	public JsonNode next(Duration patience) {
		@Nullable JsonNode message = poll(patience);
		if (message == null) {
			throw new IllegalStateException("No message within " + patience);
		}
		return message;
	}

	public @Nullable JsonNode poll(Duration patience) {
		try {
			return this.messages.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The code with which the server closes the connection. */
	public int closeCode() {
		return this.closed.orTimeout(10, TimeUnit.SECONDS).join();
	}

	@Override
	public void close() {
		this.socket.abort();
	}

	private final class Listener implements WebSocket.Listener {

		private final StringBuilder text = new StringBuilder();

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			this.text.append(data);
			if (last) {
				JsonNode message = json.readTree(this.text.toString());
				if (!message.path("type").asString().equals("ping")) {
					GraphQlSocket.this.messages.add(message);
				}
				this.text.setLength(0);
			}
			socket.request(1);
			return null;
		}

		@Override
		public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
			GraphQlSocket.this.closed.complete(code);
			return null;
		}

		@Override
		public void onError(WebSocket socket, Throwable failure) {
			GraphQlSocket.this.closed.completeExceptionally(failure);
		}

	}

}
