package io.agentmetrics.demo.sample;

import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way to fail: the type and the message that a platform would store, with ids, numbers
 * and addresses that differ each time.
 */
enum ErrorKind {

	TIMEOUT("TimeoutError", "Timeout after {timeout} s (request {number})"),

	RATE_LIMIT("RateLimitError",
			"429 Too Many Requests from https://models.example.com/v1/chat/completions: retry after {small} s, "
					+ "request req_{hex}"),

	OVERLOADED("ProviderError", "529 Overloaded: the model provider is overloaded, trace {uuid}"),

	CONTEXT_LENGTH("ContextLengthError",
			"The conversation has {number} tokens, but the model's maximum context length is 128000 tokens"),

	BAD_JSON("OutputParsingError", "Expected a JSON object but got \"{word} {word}\" at line {small}, column {small}"),

	TOOL_FAILED("ToolCallError",
			"Tool 'search_orders' answered 503 for https://orders.example.com/api/orders/{number}?attempt={digit}"),

	TOOL_ARGUMENTS("ToolCallError",
			"Tool 'update_record' refused its arguments: unknown field '{word}' in record {uuid}"),

	DEADLOCK("DatabaseError",
			"deadlock detected: process {number} waits for ShareLock on transaction {number}; blocked by process {number}"),

	MISSING_FILE("FileNotFoundError", "No such file: /srv/tenants/{number}/uploads/{uuid}.pdf"),

	CONNECTION("ConnectionError", "Connection reset by peer: 10.{digit}.{small}.{small}:443 after {number} bytes"),

	GUARDRAIL("GuardrailViolation", "Answer withheld by policy 'no-personal-data' with score 0.{number}"),

	OUT_OF_MEMORY("WorkerError", "Worker agent-worker-{small} ran out of memory at {number} MiB"),

	BUDGET("BudgetExceededError", "Spending limit reached: {number} tokens used for user {uuid}");

	private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");

	private static final String[] WORDS = { "invoice", "thanks", "sure", "customer", "priority", "summary", "address",
			"null", "undefined", "deadline", "amount", "currency" };

	private final String type;

	private final String template;

	ErrorKind(String type, String template) {
		this.type = type;
		this.template = template;
	}

	String type() {
		return this.type;
	}

	String message(RandomGenerator random, long timeoutMs) {
		Matcher matcher = PLACEHOLDER.matcher(this.template);
		return matcher.replaceAll((placeholder) -> switch (placeholder.group(1)) {
			case "timeout" -> String.valueOf(timeoutMs / 1_000);
			case "digit" -> String.valueOf(random.nextInt(1, 10));
			case "small" -> String.valueOf(random.nextInt(1, 256));
			case "number" -> String.valueOf(random.nextInt(1_000, 250_000));
			case "hex" -> Long.toHexString(random.nextLong() | Long.MIN_VALUE);
			case "uuid" -> new UUID(random.nextLong(), random.nextLong()).toString();
			case "word" -> WORDS[random.nextInt(WORDS.length)];
			default -> throw new IllegalStateException("Unknown placeholder in " + this.template);
		});
	}

}
