package io.agentmetrics.api.graphql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@TestPropertySource(properties = "agent-metrics.limits.timeout=500ms")
@ExtendWith(OutputCaptureExtension.class)
class RequestTimeoutIntegrationTests extends ApiTest {

	@Test
	void requestThatTakesTooLongIsATimeoutAndOneLineOfTheLog(CapturedOutput output) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("lock table agents in access exclusive mode");
			long start = System.nanoTime();
			graphQl().document("{ agent(id: \"%s\") { id } }".formatted(UUID.randomUUID()))
				.execute()
				.errors()
				.satisfy((errors) -> assertThat(errors).singleElement()
					.satisfies((error) -> assertThat(error.getExtensions()).containsEntry("kind", "TIMEOUT")
						.containsKey("requestId")));
			assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
			connection.rollback();
		}
		// the statement goes on until it is told to end, and whoever waits for it fails
		HikariDataSource pool = this.dataSource.pool();
		await().atMost(Duration.ofSeconds(15)).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
		assertThat(output.getAll().lines().filter((line) -> line.contains("WARN") || line.contains("ERROR")))
			.singleElement()
			.satisfies((line) -> assertThat(line).contains("WARN", "A request took too long", "timeout=\"PT0.5S\"",
					"requestId="));
	}

}
