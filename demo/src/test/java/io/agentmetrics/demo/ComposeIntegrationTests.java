package io.agentmetrics.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import io.agentmetrics.demo.sample.PlatformRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The containers that run together on one machine, and what is mounted into them.
 */
class ComposeIntegrationTests {

	private static final Path COMPOSE = Tool.PROJECT.resolve("docker-compose.yml");

	private static final Path DASHBOARD = Tool.PROJECT.resolve("deploy/grafana/dashboards/agent-metrics.json");

	@Test
	void composeFileIsLintedWithoutAWarning() throws Exception {
		Product.Run lint = lint(COMPOSE);
		assertThat(lint.exitCode()).as(lint.output()).isZero();
	}

	@Test
	void unknownKeyIsFound(@TempDir Path folder) throws Exception {
		Path wrong = Files.writeString(folder.resolve("docker-compose.yml"),
				Files.readString(COMPOSE).replace("restart:", "restrat:"));
		assertThat(lint(wrong).exitCode()).isEqualTo(1);
	}

	@Test
	void everyPortIsForThisMachineOnlyAndEveryImageHasAVersion() throws Exception {
		String compose = Files.readString(COMPOSE);
		assertThat(find("- \"([\\d.:]+:\\d+)\"", compose)).isNotEmpty()
			.allSatisfy((port) -> assertThat(port).startsWith("127.0.0.1:"));
		assertThat(find("image: (\\S+)", compose)).isNotEmpty()
			.allSatisfy((image) -> assertThat(image).matches("[\\w/-]+:v?\\d+\\.\\d+(\\.\\d+)?"));
		assertThat(find("PASSWORD: (\\S+)", compose)).isNotEmpty()
			.allSatisfy((password) -> assertThat(password).startsWith("${"));
	}

	@Test
	void whatIsMountedIsThere() throws Exception {
		assertThat(find("- \\./(\\S+?):", Files.readString(COMPOSE))).isNotEmpty()
			.allSatisfy((file) -> assertThat(Tool.PROJECT.resolve(file)).exists());
	}

	@Test
	void queriesOfTheDashboardAreValid(@TempDir Path folder) throws Exception {
		StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
		List<JsonNode> queries = GraphQlClient.parse(Files.readString(DASHBOARD)).findValues("expr");
		assertThat(queries).hasSizeGreaterThan(20);
		for (JsonNode query : queries) {
			rules.append("      - record: any\n        expr: '%s'\n"
				.formatted(query.asString().replace("$__rate_interval", "1m").replace("'", "''")));
		}
		Path file = Files.writeString(folder.resolve("rules.yml"), rules);
		Product.Run check = Tool.installed("promtool").run("", "check", "rules", "--lint=none", file.toString());
		assertThat(check.exitCode()).as(check.output()).isZero();
	}

	@Test
	void dashboardRecordsNothingOfItsOwn() throws Exception {
		String rules = Files.readString(Tool.PROJECT.resolve("deploy/prometheus/rules.yml"));
		List<String> recorded = find("(agent_metrics:[\\w:]+)", Files.readString(DASHBOARD));
		assertThat(recorded).isNotEmpty().allSatisfy((name) -> assertThat(rules).contains("record: " + name + "\n"));
	}

	@Test
	void tableOfTheSampleIsConnected() throws Exception {
		assertThat(find("(AGENTMETRICS_SOURCES_\\w+: \\S+)", Files.readString(COMPOSE)))
			.containsExactlyInAnyOrderElementsOf(PlatformRuns.SETTINGS.entrySet()
				.stream()
				.map((setting) -> setting.getKey() + ": " + setting.getValue())
				.toList());
	}

	private static Product.Run lint(Path file) throws Exception {
		return Tool.npm("dclint").run("", file.toString(), "--config", ".ci/dclint.yaml", "--max-warnings", "0");
	}

	private static List<String> find(String pattern, String text) {
		return Pattern.compile(pattern).matcher(text).results().map((found) -> found.group(1)).toList();
	}

}
