package io.agentmetrics.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The alerts, by Prometheus' own tool.
 */
class PrometheusRulesIntegrationTests {

	private static final Path FOLDER = Tool.PROJECT.resolve("deploy/prometheus");

	@Test
	void configurationIsValid() throws Exception {
		assertSucceeds("check", "config", FOLDER.resolve("prometheus.yml").toString());
	}

	@Test
	void alertsFireWhereTheyShouldAndNowhereElse() throws Exception {
		assertSucceeds("test", "rules", FOLDER.resolve("rules.test.yml").toString());
	}

	@Test
	void alertThatFiresTooEarlyFailsItsTest(@TempDir Path folder) throws Exception {
		Files.writeString(folder.resolve("rules.yml"),
				Files.readString(FOLDER.resolve("rules.yml")).replace("26 * 3600", "25 * 3600"));
		Path tests = Files.copy(FOLDER.resolve("rules.test.yml"), folder.resolve("rules.test.yml"));
		assertThat(Tool.installed("promtool").run("", "test", "rules", tests.toString()).exitCode()).isEqualTo(1);
	}

	@Test
	void everyAlertIsTestedAndHasARunbook() throws Exception {
		String rules = Files.readString(FOLDER.resolve("rules.yml"));
		String tests = Files.readString(FOLDER.resolve("rules.test.yml"));
		List<String> headings = find("(?m)^#+ (.+)$", Files.readString(Tool.PROJECT.resolve("docs/operations.md")));
		List<String> alerts = find("- alert: (\\w+)", rules);
		assertThat(alerts).hasSizeGreaterThan(10);
		for (String alert : alerts) {
			assertThat(tests).contains("- alertname: " + alert);
			assertThat(headings).contains(alert);
			assertThat(rules).contains("runbook_url: docs/operations.md#" + alert.toLowerCase(Locale.ROOT) + "\n");
		}
		// that the page is away is told by one of them
		assertThat(find("page_url: (.*agent_metrics_page.*)", rules)).hasSize(alerts.size() - 1);
		assertThat(find("severity: (critical|warning)\\s+annotations:\\s+summary: \\S", rules)).hasSameSizeAs(alerts);
	}

	private static void assertSucceeds(String... arguments) throws Exception {
		Product.Run run = Tool.installed("promtool").run("", arguments);
		assertThat(run.exitCode()).as(run.output()).isZero();
	}

	private static List<String> find(String pattern, String text) {
		return Pattern.compile(pattern).matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
	}

}
