package io.agentmetrics.api.security;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(
		properties = { "agent-metrics.security.mode=jwt", "agent-metrics.security.issuer-uri=http://localhost:1/nobody",
				"agent-metrics.security.audience=" + TestIssuer.AUDIENCE })
@ExtendWith(OutputCaptureExtension.class)
class IssuerAwayIntegrationTests extends ApiTest {

	@Test
	void tokenThatCannotBeCheckedIsNotTheCallersMistakeNorAnError(CapturedOutput output) {
		try (TestIssuer issuer = new TestIssuer()) {
			for (int i = 0; i < 2; i++) {
				http("http://localhost:" + this.port + "/api/v1/agent-studio/metrics/dashboard").get()
					.headers((headers) -> headers.setBearerAuth(issuer.token(this.clock.instant())))
					.exchange()
					.expectStatus()
					.isEqualTo(HttpStatus.SERVICE_UNAVAILABLE)
					.expectHeader()
					.contentType(MediaType.APPLICATION_PROBLEM_JSON)
					.expectHeader()
					.exists(HttpHeaders.RETRY_AFTER)
					.expectBody()
					.jsonPath("$.kind")
					.isEqualTo("UNAVAILABLE")
					.jsonPath("$.detail")
					.isEqualTo("Tokens cannot be checked at the moment.");
			}
		}
		assertThat(output.getAll()).contains("Tokens cannot be checked").doesNotContain("ERROR", "\tat ");
	}

}
