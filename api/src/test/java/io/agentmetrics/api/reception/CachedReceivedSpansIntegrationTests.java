package io.agentmetrics.api.reception;

import java.time.Duration;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;

import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.cache.open-windows=10m")
class CachedReceivedSpansIntegrationTests extends ApiTest {

	@Test
	void secondAnswerCostsNoStatementThoughTimeGoesBy() {
		assertThat(this.dataSource.statementsOf(this::ask)).hasSize(3);
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.dataSource.statementsOf(this::ask)).isEmpty();
	}

	private void ask() {
		graphQl().document("{ receivedSpans { totals { runs } services { service } hours { hour } } }")
			.execute()
			.path("receivedSpans.serviceCount")
			.pathDoesNotExist();
	}

}
