package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The API behind a real nginx that ends TLS on a port other than 443, at the root and
 * under a path, with its default buffering.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyIntegrationTests {

	private static final String QUERY = "{\"query\":\"{ dashboard { totalAgents } }\"}";

	private static final String SUBSCRIPTION = "subscription { dashboard { totalAgents } }";

	private Product product;

	private Product.RunningApi api;

	private Nginx nginx;

	private HttpClient http;

	@BeforeAll
	void start(@TempDir Path folder) throws Exception {
		Certificates certificates = Certificates.make(folder);
		this.product = Product.migrated(folder.resolve("product"));
		this.api = this.product.api();
		this.nginx = Nginx.start(Files.createDirectory(folder.resolve("nginx")), certificates, this.api.address());
		this.http = HttpClient.newBuilder().sslContext(certificates.trust()).build();
	}

	@AfterAll
	void stop() throws Exception {
		for (AutoCloseable each : new AutoCloseable[] { this.http, this.nginx, this.api, this.product }) {
			if (each != null) {
				each.close();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", Nginx.PREFIX })
	void pageShowsItsNumbers(String root, @TempDir Path downloads) {
		assumeTrue(Browser.isInstalled(), Browser.MISSING);
		try (Browser browser = Browser.start(downloads)) {
			browser.open(this.nginx.address(root));
			browser.awaitAnswers();
			assertThat(browser.text("body")).contains("No agents");
			assertThat(browser.console()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", Nginx.PREFIX })
	void graphiqlAsksTheSameHost(String root, @TempDir Path downloads) {
		assumeTrue(Browser.isInstalled(), Browser.MISSING);
		try (Browser browser = Browser.start(downloads)) {
			browser.open(this.nginx.address(root + "graphiql"));
			browser.click(".graphiql-execute-button");
			browser.awaitText(".result-window", "totalCount");
		}
	}

	/** Browsers load module scripts as if they came from another host. */
	@ParameterizedTest
	@CsvSource(textBlock = """
			assets/main.js,                          text/javascript
			api/v1/agent-studio/metrics/dashboard,   application/json
			api/v1/agent-studio/agents/metrics/export, text/csv
			""")
	void pagesOfThisHostMayAsk(String path, String type) throws Exception {
		for (String root : new String[] { "/", Nginx.PREFIX }) {
			HttpResponse<String> answer = send(request(root + path));
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
			assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).contains(type);
		}
	}

	@Test
	void pagesOfOtherPortsMayNot() throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.nginx.address("/graphql"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(QUERY));
		assertThat(send(request.copy().header("Origin", this.nginx.address("").toString())).statusCode())
			.isEqualTo(200);
		assertThat(send(request.copy().header("Origin", "https://localhost")).statusCode()).isEqualTo(403);
	}

	/** A relative address is meant from where the description lies. */
	@ParameterizedTest
	@ValueSource(strings = { "/", Nginx.PREFIX })
	void descriptionNamesTheAddressThatClientsSee(String root) throws Exception {
		URI description = this.nginx.address(root + "v3/api-docs");
		String server = GraphQlClient.parse(send(request(root + "v3/api-docs")).body())
			.path("servers")
			.path(0)
			.path("url")
			.asString();
		assertThat(description.resolve(server + "/")).isEqualTo(this.nginx.address(root));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", Nginx.PREFIX })
	void eventsComeAtOnce(String root) throws Exception {
		HttpRequest request = request(root + "graphql").header("Content-Type", "application/json")
			.header("Accept", "text/event-stream")
			.POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"" + SUBSCRIPTION + "\"}"))
			.build();
		HttpResponse<Stream<String>> answer = this.http.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
			.get(10, TimeUnit.SECONDS);
		try (Stream<String> lines = answer.body()) {
			assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).contains("text/event-stream");
			assertThat(lines.filter((line) -> line.contains("totalAgents")).findFirst()).isPresent();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", Nginx.PREFIX })
	void webSocketsOpen(String root) throws Exception {
		CompletableFuture<String> message = new CompletableFuture<>();
		WebSocket socket = this.http.newWebSocketBuilder()
			.subprotocols("graphql-transport-ws")
			.header("Origin", this.nginx.address("").toString())
			.buildAsync(URI.create(this.nginx.address(root + "graphql").toString().replace("https", "wss")),
					new WebSocket.Listener() {

						@Override
						public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
							message.complete(data.toString());
							return CompletableFuture.completedFuture(null);
						}

					})
			.get(10, TimeUnit.SECONDS);
		socket.sendText("{\"type\":\"connection_init\"}", true);
		assertThat(message.get(10, TimeUnit.SECONDS)).contains("connection_ack");
		socket.abort();
	}

	/** As the page sends it. */
	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(this.nginx.address(path))
			.timeout(Duration.ofSeconds(30))
			.header("Origin", this.nginx.address("").toString());
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
