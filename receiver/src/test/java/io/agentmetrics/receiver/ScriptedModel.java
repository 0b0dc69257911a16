package io.agentmetrics.receiver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model on this machine that agents call in place of one that thinks. It calls the
 * first tool that it is offered once and then answers, in the words of OpenAI's chat
 * completions, OpenAI's responses or Google's Gemini, at once or streamed. One that is
 * called {@code broken} answers with 500.
 */
final class ScriptedModel implements AutoCloseable {

	/** What a call of the model costs that ends with a call of a tool. */
	static final Tokens TOOL_CALL = new Tokens(100, 20);

	/** What a call of the model costs that ends with an answer. */
	static final Tokens ANSWER = new Tokens(10, 3);

	private static final int LARGEST_REQUEST = 1 << 20;

	private static final JsonMapper JSON = JsonMapper.shared();

	private final HttpServer server;

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private ScriptedModel(HttpServer server) {
		this.server = server;
		server.setExecutor(this.threads);
		server.createContext("/v1/chat/completions",
				(exchange) -> answer(exchange, ScriptedModel::chatCompletion, ScriptedModel::chatCompletionStream));
		server.createContext("/v1/responses",
				(exchange) -> answer(exchange, ScriptedModel::response, ScriptedModel::responseStream));
		server.createContext("/v1beta/models/",
				(exchange) -> answer(exchange, ScriptedModel::gemini, (turn) -> List.of(gemini(turn))));
		server.start();
	}

	static ScriptedModel start() throws IOException {
		return new ScriptedModel(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.close();
	}

	private static void answer(HttpExchange exchange, Dialect whole, StreamedDialect streamed) throws IOException {
		try (exchange) {
			String path = exchange.getRequestURI().getPath();
			JsonNode request = JSON.readTree(exchange.getRequestBody().readNBytes(LARGEST_REQUEST));
			if ((path + request.path("model").asString("")).contains("broken")) {
				send(exchange, 500, "application/json", "{\"error\": {\"code\": 500, \"status\": \"INTERNAL\", "
						+ "\"message\": \"The model is broken\", \"type\": \"server_error\"}}");
			}
			else if (path.endsWith(":streamGenerateContent") || request.path("stream").asBoolean(false)) {
				StringBuilder events = new StringBuilder();
				for (Map<String, ?> event : streamed.events(Turn.of(request))) {
					if (event.get("type") instanceof String type) {
						events.append("event: ").append(type).append('\n');
					}
					events.append("data: ").append(JSON.writeValueAsString(event)).append("\n\n");
				}
				send(exchange, 200, "text/event-stream",
						events + (path.endsWith("/completions") ? "data: [DONE]\n\n" : ""));
			}
			else {
				send(exchange, 200, "application/json", JSON.writeValueAsString(whole.body(Turn.of(request))));
			}
		}
	}

	private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", type);
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
	}

	private static Map<String, ?> chatCompletion(Turn turn) {
		return Map.of("id", "chat-1", "object", "chat.completion", "created", 1, "model", "scripted", "choices",
				List.of(Map.of("index", 0, "message", chatMessage(turn), "finish_reason", turn.chatReason())), "usage",
				turn.chatUsage());
	}

	private static List<Map<String, ?>> chatCompletionStream(Turn turn) {
		Map<String, ?> chunk = Map.of("id", "chat-1", "object", "chat.completion.chunk", "created", 1, "model",
				"scripted");
		return List.of(with(chunk, "choices", List.of(Map.of("index", 0, "delta", chatMessage(turn)))),
				with(chunk, "choices",
						List.of(Map.of("index", 0, "delta", Map.of(), "finish_reason", turn.chatReason()))),
				with(with(chunk, "choices", List.of()), "usage", turn.chatUsage()));
	}

	private static Map<String, ?> chatMessage(Turn turn) {
		if (turn.callsTool()) {
			return Map.of("role", "assistant", "tool_calls", List.of(Map.of("index", 0, "id", "call-1", "type",
					"function", "function", Map.of("name", turn.tool(), "arguments", turn.argumentsText()))));
		}
		return Map.of("role", "assistant", "content", Turn.TEXT);
	}

	private static Map<String, ?> response(Turn turn) {
		return Map.ofEntries(Map.entry("id", "resp_1"), Map.entry("object", "response"), Map.entry("created_at", 1),
				Map.entry("status", "completed"), Map.entry("model", "scripted"),
				Map.entry("output", List.of(responseItem(turn))), Map.entry("parallel_tool_calls", false),
				Map.entry("tool_choice", "auto"), Map.entry("tools", List.of()),
				Map.entry("usage",
						Map.of("input_tokens", turn.tokens().input(), "output_tokens", turn.tokens().output(),
								"total_tokens", turn.tokens().sum(), "input_tokens_details", Map.of("cached_tokens", 0),
								"output_tokens_details", Map.of("reasoning_tokens", 0))));
	}

	private static List<Map<String, ?>> responseStream(Turn turn) {
		Map<String, ?> item = responseItem(turn);
		Map<String, ?> added = with(with(item, "status", "in_progress"), turn.callsTool() ? "arguments" : "content",
				turn.callsTool() ? "" : List.of());
		Map<String, ?> delta = turn.callsTool()
				? Map.of("type", "response.function_call_arguments.delta", "item_id", "item_1", "output_index", 0,
						"sequence_number", 2, "delta", turn.argumentsText())
				: Map.of("type", "response.output_text.delta", "item_id", "item_1", "output_index", 0, "content_index",
						0, "sequence_number", 2, "logprobs", List.of(), "delta", Turn.TEXT);
		return List.of(
				Map.of("type", "response.created", "sequence_number", 0, "response",
						with(with(response(turn), "status", "in_progress"), "output", List.of())),
				Map.of("type", "response.output_item.added", "output_index", 0, "sequence_number", 1, "item", added),
				delta,
				Map.of("type", "response.output_item.done", "output_index", 0, "sequence_number", 3, "item", item),
				Map.of("type", "response.completed", "sequence_number", 4, "response", response(turn)));
	}

	private static Map<String, ?> responseItem(Turn turn) {
		if (turn.callsTool()) {
			return Map.of("type", "function_call", "id", "item_1", "call_id", "call-1", "name", turn.tool(),
					"arguments", turn.argumentsText(), "status", "completed");
		}
		return Map.of("type", "message", "id", "item_1", "role", "assistant", "status", "completed", "content",
				List.of(Map.of("type", "output_text", "text", Turn.TEXT, "annotations", List.of())));
	}

	private static Map<String, ?> gemini(Turn turn) {
		Map<String, ?> part = turn.callsTool()
				? Map.of("functionCall", Map.of("name", turn.tool(), "args", turn.arguments()))
				: Map.of("text", Turn.TEXT);
		return Map.of("candidates",
				List.of(Map.of("index", 0, "finishReason", "STOP", "content",
						Map.of("role", "model", "parts", List.of(part)))),
				"modelVersion", "scripted", "usageMetadata", Map.of("promptTokenCount", turn.tokens().input(),
						"candidatesTokenCount", turn.tokens().output(), "totalTokenCount", turn.tokens().sum()));
	}

	private static Map<String, ?> with(Map<String, ?> map, String key, Object value) {
		Map<String, Object> more = new HashMap<>(map);
		more.put(key, value);
		return more;
	}

	/** The whole of an answer. */
	private interface Dialect {

		Map<String, ?> body(Turn turn);

	}

	/** The events of an answer that is streamed. */
	private interface StreamedDialect {

		List<Map<String, ?>> events(Turn turn);

	}

	/**
	 * What a call of a model costs.
	 */
	record Tokens(long input, long output) {

		Tokens plus(Tokens more) {
			return new Tokens(this.input + more.input, this.output + more.output);
		}

		long sum() {
			return this.input + this.output;
		}

	}

	/**
	 * What is answered to a request.
	 *
	 * @param tool the tool to call; empty if there is none, or it has been called
	 */
	private record Turn(String tool, Map<String, Object> arguments) {

		static final String TEXT = "All is well.";

		static Turn of(JsonNode request) {
			JsonNode tool = tools(request).findFirst().orElse(JSON.nullNode());
			boolean called = !request.findValues("functionResponse").isEmpty()
					|| request.findValuesAsString("type").contains("function_call_output")
					|| request.findValuesAsString("role").contains("tool");
			Map<String, Object> arguments = new HashMap<>();
			tool.findPath("properties").forEachEntry((name, schema) -> {
				// only agents that take another's place have others, and need none of
				// them
				if ("string".equals(schema.path("type").asString("").toLowerCase(Locale.ROOT))) {
					arguments.put(name, "anything");
				}
			});
			return new Turn(called ? "" : tool.path("name").asString(""), arguments);
		}

		/** Each dialect wraps them in another way. */
		private static Stream<JsonNode> tools(JsonNode request) {
			return request.path("tools")
				.valueStream()
				.flatMap((tool) -> tool.has("functionDeclarations") ? tool.path("functionDeclarations").valueStream()
						: Stream.of(tool.has("function") ? tool.path("function") : tool));
		}

		boolean callsTool() {
			return !this.tool.isEmpty();
		}

		Tokens tokens() {
			return callsTool() ? TOOL_CALL : ANSWER;
		}

		String argumentsText() {
			return JSON.writeValueAsString(this.arguments);
		}

		String chatReason() {
			return callsTool() ? "tool_calls" : "stop";
		}

		Map<String, Long> chatUsage() {
			return Map.of("prompt_tokens", tokens().input(), "completion_tokens", tokens().output(), "total_tokens",
					tokens().sum());
		}

	}

}
