package io.agentmetrics.demo;

import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The manifests against the schemas of Kubernetes and of the Prometheus Operator.
 */
class KubernetesIntegrationTests {

	private static final String MANIFESTS = "deploy/kubernetes/";

	@ParameterizedTest
	@ValueSource(strings = { "base", "overlays/example", "overlays/example-sharded", "overlays/example-receiver" })
	void whatKustomizeMakesIsValid(String folder) throws Exception {
		Product.Run check = schemas().run(rendered(folder));
		assertThat(check.exitCode()).as(check.output()).isZero();
		assertThat(check.output()).contains("batch/v1 CronJob agent-metrics-aggregator",
				"apps/v1 Deployment agent-metrics-api");
	}

	@ParameterizedTest
	@CsvSource({ "concurrencyPolicy: Forbid, concurrencyPolicy: Never", "seccompProfile:, seccompProfil:",
			"backoffLimit: 5, backofLimit: 5", "scrapeTimeout: 4s, scrapeTimeot: 4s",
			"kind: NetworkPolicy, kind: NetworkPolice" })
	void wrongValuesAndUnknownKeysAreRefused(String right, String wrong) throws Exception {
		String manifests = rendered("overlays/example");
		assertThat(manifests).contains(right);
		assertThat(schemas().run(manifests.replace(right, wrong)).exitCode()).isEqualTo(1);
	}

	@Test
	void receiverIsThereOnlyWhereItIsAskedFor() throws Exception {
		String deployment = "apps/v1 Deployment agent-metrics-receiver";
		assertThat(schemas().run(rendered("overlays/example")).output()).doesNotContain(deployment,
				"v1 Service agent-metrics-receiver", "NetworkPolicy agent-metrics-receiver");
		assertThat(schemas().run(rendered("overlays/example-receiver")).output()).contains(deployment,
				"v1 Service agent-metrics-receiver", "NetworkPolicy agent-metrics-receiver");
	}

	/** What only the base made is found from the component, too. */
	@Test
	void receiverHasTheSettingsOfTheOverlay() throws Exception {
		Matcher settings = Pattern.compile("kind: ConfigMap\\R(?:.*\\R)*?  name: (agent-metrics-\\w+)")
			.matcher(rendered("overlays/example-receiver"));
		assertThat(settings.find()).isTrue();
		assertThat(object("overlays/example-receiver", "Deployment", "agent-metrics-receiver")).contains(
				"name: " + settings.group(1), "registry.example.com/agent-metrics/receiver:", "runAsUser: 10001",
				"readOnlyRootFilesystem: true", "name: agent-metrics-writer");
	}

	@Test
	void onlyThoseWhoAreLetInReachTheReceiver() throws Exception {
		String policy = object("overlays/example-receiver", "NetworkPolicy", "agent-metrics-receiver");
		assertThat(Pattern.compile("agent-metrics/(\\w+): \"true\"|port: (\\S+)|podSelector: \\{}")
			.matcher(policy)
			.results()
			.map(MatchResult::group)).containsExactly("port: 443", "agent-metrics/exporters: \"true\"",
					"port: otlp-http", "agent-metrics/monitoring: \"true\"", "port: management");
		assertThat(object("overlays/example-receiver", "Service", "agent-metrics-receiver")).contains("port: 4318")
			.doesNotContain("4319", "management");
	}

	@Test
	void alertsAreAValidPrometheusRule() throws Exception {
		String rules = Files.readString(Tool.PROJECT.resolve("deploy/prometheus/rules.yml")).indent(2);
		Product.Run check = schemas().run("""
				apiVersion: monitoring.coreos.com/v1
				kind: PrometheusRule
				metadata:
				  name: agent-metrics
				spec:
				""" + rules);
		assertThat(check.exitCode()).as(check.output()).isZero();
	}

	@Test
	void secretsAreNamedAndNotHeld() throws Exception {
		assertThat(rendered("overlays/example")).doesNotContain("kind: Secret")
			.doesNotContainPattern("name: \\w*(PASSWORD|URL)\\s+value:");
	}

	/** As the runbook names it in the URL of the database. */
	@Test
	void everyProgramFindsTheAuthorityOfTheDatabase() throws Exception {
		String authority = "sslrootcert=/etc/agent-metrics/ca.crt";
		assertThat(Files.readString(Tool.PROJECT.resolve("docs/operations.md"))).contains(authority);
		String manifests = rendered("overlays/example-receiver");
		List<String> programs = Pattern.compile("image: \\S*agent-metrics/\\S+")
			.matcher(manifests)
			.results()
			.map(MatchResult::group)
			.toList();
		assertThat(programs).hasSizeGreaterThanOrEqualTo(4);
		assertThat(Pattern.compile("mountPath: /etc/agent-metrics\\s").matcher(manifests).results())
			.hasSameSizeAs(programs);
	}

	private static String object(String folder, String kind, String name) throws Exception {
		return Stream.of(rendered(folder).split("(?m)^---$"))
			.filter((object) -> object.contains("\nkind: " + kind + "\n"))
			.filter((object) -> object.contains("\n  name: " + name + "\n"))
			.findFirst()
			.orElseThrow();
	}

	private static String rendered(String folder) throws Exception {
		Product.Run kustomize = Tool.installed("kubectl").run("", "kustomize", MANIFESTS + folder);
		assertThat(kustomize.exitCode()).as(kustomize.output()).isZero();
		return kustomize.output();
	}

	private static Tool schemas() {
		return Tool.script("kubernetes.mjs", "kubernetes-models", "@kubernetes-models/prometheus-operator",
				"typescript", "yaml");
	}

}
