package io.agentmetrics.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What somebody sends to the receiver who means harm, and how it must be answered: at
 * once.
 *
 * @param name what it is
 * @param contentType its content type
 * @param gzip whether it is compressed
 * @param body makes what is sent anew, with ids that are new
 * @param status what the answer must be
 */
record HostileExport(String name, String contentType, boolean gzip, Supplier<byte[]> body, int status) {

	/** The most milliseconds an answer may take. */
	static final int BAR_MS = 200;

	private static final String PROTOBUF = "application/x-protobuf";

	private static final String JSON = "application/json";

	/** As much as a body may have. */
	private static final int MOST_BYTES = 64 << 20;

	/** As many as a request may have. */
	private static final int MOST_SPANS = 10_000;

	private static final int MANY_ATTRIBUTES = 1_000_000;

	/** What is around a text that fills a body. */
	private static final int AROUND = 300;

	/** Returns everything that is tried, but for bodies that are slow. */
	static List<HostileExport> all() {
		byte[] bomb = GeneratedSpans.gzip(text("{" + " ".repeat(1 << 29)));
		byte[] edge = GeneratedSpans.longText("other", MOST_BYTES - AROUND);
		byte[] neededEdge = GeneratedSpans.longText("user.id", MOST_BYTES - AROUND);
		byte[] beyond = GeneratedSpans.longText("other", MOST_BYTES);
		byte[] attributes = GeneratedSpans.attributes(MANY_ATTRIBUTES);
		byte[] edgeInJson = text("{\"x\": \"" + "x".repeat(MOST_BYTES - AROUND) + "\"}");
		byte[] neededEdgeInJson = text(json(
				"{\"key\":\"user.id\",\"value\":{\"stringValue\":\"" + "x".repeat(MOST_BYTES - 2 * AROUND) + "\"}}"));
		byte[] attributesInJson = text(json(attributesInJson()));
		byte[] escapes = text("{\"x\": \"" + "\\n".repeat(MOST_BYTES / 2 - AROUND));
		byte[] names = text(IntStream.range(0, 1 << 22)
			.mapToObj((number) -> "\"" + Integer.toString(number, Character.MAX_RADIX) + "\":0,")
			.collect(Collectors.joining("", "{", "")));
		byte[] depth = text("{\"x\": " + "[".repeat(MOST_BYTES / 2));
		return List.of(new HostileExport("a gzip bomb of 512 MiB", JSON, true, () -> bomb, 413),
				protobuf("64 MiB of text that nobody asks for", false, () -> edge, 200),
				protobuf("64 MiB of text that a rule asks for", false, () -> neededEdge, 200),
				protobuf("64 MiB of text, compressed", true, cached(GeneratedSpans.gzip(edge)), 200),
				protobuf("more than 64 MiB", false, () -> beyond, 413),
				json("64 MiB of text that nobody asks for, in JSON", () -> edgeInJson, 200),
				json("64 MiB of text that a rule asks for, in JSON", () -> neededEdgeInJson, 400),
				json("32 MiB of [, in JSON", () -> depth, 400),
				new HostileExport("a gzip bomb of numbers", JSON, true,
						cached(GeneratedSpans.gzip(text("{\"x\": [" + "1,".repeat(1 << 28)))), 413),
				new HostileExport("a gzip bomb of names", JSON, true, cached(GeneratedSpans.gzip(names)), 413),
				new HostileExport("a gzip bomb of empty messages", PROTOBUF, true,
						cached(GeneratedSpans.gzip(text("\n\0".repeat(1 << 25)))), 413),
				json("64 MiB of escaped text, in JSON", () -> escapes, 400),
				protobuf("a million attributes", false, () -> attributes, 200),
				json("a million attributes, in JSON", () -> attributesInJson, 413),
				protobuf("a circle of 10,000 spans", false, () -> GeneratedSpans.circle(MOST_SPANS), 200),
				protobuf("10,000 spans that are their own parents", false, () -> GeneratedSpans.selfParents(MOST_SPANS),
						200),
				protobuf("10,000 new agents", false, () -> GeneratedSpans.newAgents(MOST_SPANS), 200),
				protobuf("10,000 spans of 1970", false, () -> GeneratedSpans.starting(Instant.EPOCH, MOST_SPANS), 200),
				protobuf("10,000 spans of 2262", false,
						() -> GeneratedSpans.starting(Instant.parse("2262-01-01T00:00:00Z"), MOST_SPANS), 200),
				protobuf("10,001 spans", false, () -> GeneratedSpans.selfParents(MOST_SPANS + 1), 413),
				protobuf("bad UTF-8", false, () -> GeneratedSpans.badUtf8(1), 200),
				protobuf("bytes that are no message", false, () -> text("\377".repeat(1_000)), 400),
				json("a start in the year 58873",
						() -> text(json("").replace("1795166100000000000", "1795166100000000000000")), 400),
				new HostileExport("another content type", "text/plain", false, () -> text("hello"), 415),
				new HostileExport("no gzip, though it says so", PROTOBUF, true, () -> text("hello"), 400));
	}

	private static HostileExport protobuf(String name, boolean gzip, Supplier<byte[]> body, int status) {
		return new HostileExport(name, PROTOBUF, gzip, body, status);
	}

	private static HostileExport json(String name, Supplier<byte[]> body, int status) {
		return new HostileExport(name, JSON, false, body, status);
	}

	private static Supplier<byte[]> cached(byte[] body) {
		return () -> body;
	}

	private static byte[] text(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	private static String json(String attributes) {
		return """
				{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "0af7651916cd43dd8448eb211c80319c", \
				"spanId": "00f067aa0ba902b7", "startTimeUnixNano": "1795166100000000000", "attributes": [%s]}]}]}]}"""
			.formatted(attributes);
	}

	private static String attributesInJson() {
		StringBuilder attributes = new StringBuilder();
		for (int i = 0; i < MANY_ATTRIBUTES; i++) {
			attributes.append((i > 0) ? "," : "")
				.append("{\"key\":\"k")
				.append(i)
				.append("\",\"value\":{\"intValue\":\"")
				.append(i)
				.append("\"}}");
		}
		return attributes.toString();
	}

	/**
	 * Sends it.
	 * @return how many seconds the answer took
	 * @throws IllegalStateException if the answer is another one
	 */
	double send(HttpClient http, URI traces) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(traces)
			.header("Content-Type", this.contentType)
			.POST(HttpRequest.BodyPublishers.ofByteArray(this.body.get()));
		if (this.gzip) {
			request.header("Content-Encoding", "gzip");
		}
		long started = System.nanoTime();
		HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
		double seconds = (System.nanoTime() - started) / 1e9;
		if (answer.statusCode() != this.status) {
			throw new IllegalStateException(
					"%s was answered by %d %s".formatted(this.name, answer.statusCode(), answer.body()));
		}
		return seconds;
	}

}
