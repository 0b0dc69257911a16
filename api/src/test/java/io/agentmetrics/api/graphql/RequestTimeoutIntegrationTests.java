package io.agentmetrics.api.graphql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;

import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.limits.timeout=500ms")
class RequestTimeoutIntegrationTests extends ApiTest {

	@Test
	void requestThatTakesTooLongIsATimeout() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("lock table agents in access exclusive mode");
			long start = System.nanoTime();
			graphQl().document("{ agent(id: \"%s\") { id } }".formatted(UUID.randomUUID()))
				.execute()
				.errors()
				.satisfy((errors) -> assertThat(errors).singleElement()
					.satisfies((error) -> assertThat(error.getExtensions()).containsEntry("kind", "TIMEOUT")));
			assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
			connection.rollback();
		}
	}

}
