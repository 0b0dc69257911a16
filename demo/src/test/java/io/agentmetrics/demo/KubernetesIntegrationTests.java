package io.agentmetrics.demo;

import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

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
	@ValueSource(strings = { "base", "overlays/example", "overlays/example-sharded" })
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
		String manifests = rendered("overlays/example-sharded");
		List<String> programs = Pattern.compile("image: \\S*agent-metrics/\\S+")
			.matcher(manifests)
			.results()
			.map(MatchResult::group)
			.toList();
		assertThat(programs).hasSizeGreaterThanOrEqualTo(3);
		assertThat(Pattern.compile("mountPath: /etc/agent-metrics\\s").matcher(manifests).results())
			.hasSameSizeAs(programs);
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
