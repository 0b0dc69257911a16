package io.agentmetrics.demo;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who hears of which alert, by Alertmanager itself.
 */
class AlertmanagerIntegrationTests {

	private static final Path EXAMPLE = Tool.PROJECT.resolve("deploy/prometheus/alertmanager.yml");

	private static final Path RULES = Tool.PROJECT.resolve("deploy/prometheus/rules.yml");

	@Test
	void exampleIsValid() throws Exception {
		assertThat(amtool("check-config", EXAMPLE.toString())).contains("SUCCESS", "2 receivers");
	}

	@Test
	void criticalAlertsGoToTheOneOnCallAndWarningsToTheTeam() throws Exception {
		assertThat(receiverOf("severity=critical")).contains("on-call").doesNotContain("team");
		assertThat(receiverOf("severity=warning")).contains("team").doesNotContain("on-call");
	}

	@Test
	void exampleHoldsNoSecret() throws Exception {
		String secrets = "(?m)^\\s*\\w*(?:password|secret|credentials|token|api_url|key)%s: *(\\S+)";
		assertThat(find(secrets.formatted("_file"), Files.readString(EXAMPLE))).hasSize(3);
		assertThat(find(secrets.formatted(""), Files.readString(EXAMPLE))).isEmpty();
	}

	@Test
	void alertsThatFollowFromOthersAreThoseThatThereAre() throws Exception {
		List<String> alerts = find("- alert: (\\w+)", Files.readString(RULES));
		List<String> named = find("alertname!?=~?([^\"\\n]+)", Files.readString(EXAMPLE)).stream()
			.flatMap((pattern) -> Arrays.stream(pattern.split("\\|")))
			.toList();
		assertThat(named).hasSizeGreaterThan(10)
			.allSatisfy((pattern) -> assertThat(alerts).anyMatch((alert) -> alert.matches(pattern)));
	}

	@Test
	void alertReachesThePagerAndSlackAndWhatFollowsFromItDoesNot(@TempDir Path folder) throws Exception {
		Tool.installed("prometheus-alertmanager");
		try (Recipient recipient = new Recipient(); Server alertmanager = Server.start(folder, recipient)) {
			alertmanager.add("alertname=AgentMetricsReceiverDown", "severity=critical",
					"--annotation=summary=No replica of the receiver answers",
					"--annotation=page_url=https://metrics.example.com/#/");
			JsonNode paged = GraphQlClient.parse(recipient.next(recipient.paged));
			assertThat(paged.path("status").asString()).isEqualTo("firing");
			assertThat(paged.path("alerts")).hasSize(1);
			JsonNode annotations = paged.path("alerts").path(0).path("annotations");
			assertThat(annotations.path("summary").asString()).isEqualTo("No replica of the receiver answers");
			assertThat(annotations.path("page_url").asString()).isEqualTo("https://metrics.example.com/#/");
			assertThat(recipient.authorizations).containsOnly("Bearer of the file");
			JsonNode said = GraphQlClient.parse(recipient.next(recipient.slack));
			assertThat(said.findValuesAsString("title")).containsExactly("FIRING: AgentMetricsReceiverDown");
			assertThat(said.findValuesAsString("text")).singleElement()
				.asString()
				.contains("No replica of the receiver answers", "<https://metrics.example.com/#/|the page>");

			alertmanager.add("alertname=AgentMetricsReceiverCannotStore", "severity=critical");
			alertmanager.add("alertname=AgentMetricsBudgetBurnsFast", "severity=critical", "objective=succeeds",
					"agent_id=a");
			// b is not to wait for the next message of its group
			for (String agent : List.of("b", "a")) {
				alertmanager.add("alertname=AgentMetricsBudgetBurns", "severity=critical", "objective=succeeds",
						"agent_id=" + agent);
			}
			assertThat(List.of(agents(recipient), agents(recipient)))
				.containsExactlyInAnyOrder("AgentMetricsBudgetBurnsFast a", "AgentMetricsBudgetBurns b");
			assertThat(alertmanager.inhibited()).contains("AgentMetricsReceiverCannotStore", "AgentMetricsBudgetBurns")
				.doesNotContain("AgentMetricsReceiverDown", "AgentMetricsBudgetBurnsFast");
			assertThat(recipient.paged).isEmpty();
		}
	}

	private static String agents(Recipient recipient) throws InterruptedException {
		JsonNode paged = GraphQlClient.parse(recipient.next(recipient.paged));
		assertThat(paged.path("alerts")).hasSize(1);
		JsonNode labels = paged.path("alerts").path(0).path("labels");
		return labels.path("alertname").asString() + " " + labels.path("agent_id").asString();
	}

	private static String receiverOf(String label) throws Exception {
		return amtool("config", "routes", "test", "--config.file=" + EXAMPLE, "alertname=AgentMetricsAny", label);
	}

	private static String amtool(String... arguments) throws Exception {
		Product.Run run = Tool.installed("amtool").run("", arguments);
		assertThat(run.exitCode()).as(run.output()).isZero();
		return run.output();
	}

	private static List<String> find(String pattern, String text) {
		return Pattern.compile(pattern).matcher(text).results().map((found) -> found.group(1)).toList();
	}

	/**
	 * A running Alertmanager with the example, but that it sends to a test, and soon.
	 */
	private record Server(Process process, String address) implements AutoCloseable {

		private static Server start(Path folder, Recipient recipient) throws Exception {
			Files.writeString(folder.resolve("slack-url"), recipient.address("slack"));
			Files.writeString(folder.resolve("pager-token"), "of the file");
			Files.writeString(folder.resolve("smtp-password"), "any");
			Path configuration = Files.writeString(folder.resolve("alertmanager.yml"),
					Files.readString(EXAMPLE)
						.replace("/etc/alertmanager/secrets", folder.toString())
						.replace("https://pager.example.com/alerts", recipient.address("pager"))
						.replaceAll("group_wait: \\w+", "group_wait: 500ms"));
			int port = Ports.free();
			Process process = new ProcessBuilder("prometheus-alertmanager", "--config.file=" + configuration,
					"--storage.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port,
					"--cluster.listen-address=")
				.redirectErrorStream(true)
				.redirectOutput(folder.resolve("alertmanager.log").toFile())
				.start();
			Server server = new Server(process, "http://127.0.0.1:" + port);
			RunningDemo.await(() -> !process.isAlive() || server.answers(), Duration.ofSeconds(30));
			assertThat(process.isAlive()).as(Files.readString(folder.resolve("alertmanager.log"))).isTrue();
			return server;
		}

		private boolean answers() {
			try {
				return Tool.installed("amtool")
					.run("", "--alertmanager.url=" + this.address, "alert", "query")
					.exitCode() == 0;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

		private void add(String... alert) throws Exception {
			List<String> arguments = new ArrayList<>(List.of("--alertmanager.url=" + this.address, "alert", "add"));
			arguments.addAll(List.of(alert));
			amtool(arguments.toArray(String[]::new));
		}

		private String inhibited() throws Exception {
			return amtool("--alertmanager.url=" + this.address, "alert", "query", "--inhibited");
		}

		@Override
		public void close() {
			StartedProcesses.stop(List.of(this.process.toHandle()));
		}

	}

	/**
	 * Takes what Alertmanager sends to a pager and to Slack.
	 */
	private static final class Recipient implements AutoCloseable {

		private final BlockingQueue<String> paged = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> slack = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> authorizations = new LinkedBlockingQueue<>();

		private final HttpServer server;

		private Recipient() throws Exception {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			take("pager", this.paged);
			take("slack", this.slack);
			this.server.start();
		}

		private void take(String name, BlockingQueue<String> taken) {
			this.server.createContext("/" + name, (exchange) -> {
				if (name.equals("pager")) {
					this.authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
				}
				taken.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
				exchange.sendResponseHeaders(200, -1);
				exchange.close();
			});
		}

		private String address(String name) {
			return "http://localhost:%d/%s".formatted(this.server.getAddress().getPort(), name);
		}

		private String next(BlockingQueue<String> taken) throws InterruptedException {
			String next = taken.poll(30, TimeUnit.SECONDS);
			assertThat(next).isNotNull();
			return next;
		}

		@Override
		public void close() {
			this.server.stop(0);
		}

	}

}
