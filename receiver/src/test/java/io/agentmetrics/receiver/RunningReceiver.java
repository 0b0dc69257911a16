package io.agentmetrics.receiver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import io.agentmetrics.db.TestDatabase;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The receiver in the process of a test, on ports of its own.
 */
final class RunningReceiver implements AutoCloseable {

	static final String JSON = "application/json";

	static final String PROTOBUF = "application/x-protobuf";

	private final ConfigurableApplicationContext context;

	private final HttpClient client = HttpClient.newHttpClient();

	private RunningReceiver(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static RunningReceiver start(TestDatabase database, String... settings) {
		SpringApplication application = new SpringApplication(ReceiverApplication.class);
		application.setRegisterShutdownHook(false);
		Map<String, Object> all = new HashMap<>(
				Map.of("spring.datasource.url", database.url(), "spring.datasource.username", database.username(),
						"spring.datasource.password", "any", "server.port", "0", "management.server.port", "0"));
		for (String setting : settings) {
			all.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
		}
		return new RunningReceiver(application.run(all.entrySet()
			.stream()
			.map((setting) -> "--" + setting.getKey() + "=" + setting.getValue())
			.toArray(String[]::new)));
	}

	/** An export of one span that is a run of an agent. */
	static String run(String trace, int span, String agent) {
		return run(trace, span, agent, "1795166100000000000");
	}

	static String run(String trace, int span, String agent, String startNanos) {
		return """
				{"resourceSpans": [{
					"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
					"scopeSpans": [{"spans": [{
						"traceId": "%s", "spanId": "%016x", "name": "invoke_agent",
						"startTimeUnixNano": "%s", "endTimeUnixNano": "1795166101000000000",
						"attributes": [
							{"key": "gen_ai.operation.name", "value": {"stringValue": "invoke_agent"}},
							{"key": "gen_ai.agent.name", "value": {"stringValue": "%s"}}]}]}]}]}""".formatted(trace,
				span, startNanos, agent);
	}

	static byte[] gzip(byte[] content) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream compressed = new GZIPOutputStream(bytes)) {
			compressed.write(content);
		}
		return bytes.toByteArray();
	}

	HttpClient client() {
		return this.client;
	}

	int port() {
		return Integer.parseInt(String.valueOf(this.context.getEnvironment().getProperty("local.server.port")));
	}

	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
	}

	HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
		return this.client.send(request, BodyHandlers.ofByteArray());
	}

	HttpResponse<byte[]> post(String contentType, byte[] body) throws IOException, InterruptedException {
		return send(request("/v1/traces").header("Content-Type", contentType)
			.POST(BodyPublishers.ofByteArray(body))
			.build());
	}

	HttpResponse<byte[]> post(String json) throws IOException, InterruptedException {
		return post(JSON, json.getBytes(StandardCharsets.UTF_8));
	}

	String management(String path) throws IOException, InterruptedException {
		String port = String.valueOf(this.context.getEnvironment().getProperty("local.management.port"));
		return this.client
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
					BodyHandlers.ofString())
			.body();
	}

	@Override
	public void close() {
		this.client.close();
		this.context.close();
	}

}
