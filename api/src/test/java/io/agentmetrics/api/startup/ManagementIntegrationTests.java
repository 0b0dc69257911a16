package io.agentmetrics.api.startup;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ManagementIntegrationTests extends ApiTest {

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
			"/actuator/info", "/actuator/prometheus" })
	void whatOperatorsNeedIsOnTheManagementPort(String path) {
		management().get().uri(path).exchange().expectStatus().isOk();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/env", "/actuator/beans", "/actuator/heapdump", "/actuator/metrics",
			"/actuator/loggers", "/actuator/threaddump" })
	void nothingElseIs(String path) {
		management().get().uri(path).exchange().expectStatus().isNotFound();
	}

	@Test
	void graphQlRequestsAreCountedInTheBucketsThatAlertsGoBy() {
		graphQl().document("{ agents { totalCount } }").execute();
		management().get()
			.uri("/actuator/prometheus")
			.exchange()
			.expectBody(String.class)
			.value((meters) -> assertThat(meters).containsPattern("graphql_request_seconds_bucket\\{.*le=\"1\\.0\"}"));
	}

	@Test
	void managementIsNotOnThePublicPort() {
		http("http://localhost:" + this.port).get().uri("/actuator/health").exchange().expectStatus().isNotFound();
	}

	@Test
	void graphiqlIsOnlyThereInTheDemo() {
		http("http://localhost:" + this.port).get().uri("/graphiql").exchange().expectStatus().isNotFound();
	}

}
