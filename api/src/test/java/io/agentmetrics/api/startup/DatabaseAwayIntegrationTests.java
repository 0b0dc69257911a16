package io.agentmetrics.api.startup;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@TestPropertySource(properties = { "spring.datasource.hikari.connection-timeout=500",
		"spring.datasource.hikari.connection-init-sql=set statement_timeout = '300ms'" })
@ExtendWith(OutputCaptureExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DatabaseAwayIntegrationTests extends ApiTest {

	private static final Duration SOON = Duration.ofSeconds(30);

	@Value("${spring.datasource.url}")
	private String url;

	@Test
	@Order(1)
	void statementThatTakesTooLongIsATimeout(CapturedOutput output) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("lock table agents in access exclusive mode");
			assertProblem("{ agent(id: \"%s\") { id } }".formatted(UUID.randomUUID()), "TIMEOUT");
			connection.rollback();
		}
		assertThat(output.getAll()).contains("requestId=").doesNotContain("\tat ");
	}

	@Test
	@Order(2)
	void databaseThatGoesAwayIsUnavailableAndNotReady(CapturedOutput output) {
		management().get().uri("/actuator/health/readiness").exchange().expectStatus().isOk();
		String name = JdbcClient.create(this.dataSource).sql("select current_database()").query(String.class).single();
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("update pg_database set datallowconn = false where datname = '" + name + "'");
			statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name
					+ "' and pid <> pg_backend_pid()");
			statement.execute("select pg_terminate_backend(pg_backend_pid())");
		}
		catch (SQLException ex) {
			assertThat(ex.getSQLState()).isEqualTo("57P01");
		}
		assertProblem("{ agents { totalCount } }", "UNAVAILABLE");
		assertProblem("{ dashboard { totalAgents } }", "UNAVAILABLE");
		assertProblem("{ agentMetrics(agentId: \"%s\") { topErrors { count } } }".formatted(UUID.randomUUID()),
				"UNAVAILABLE");
		management().get()
			.uri("/actuator/health/readiness")
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		management().get().uri("/actuator/health/liveness").exchange().expectStatus().isOk();
		assertThat(output.getAll()).doesNotContain("Something went wrong");
	}

	@Test
	@Order(3)
	void databaseThatComesBackIsUsedAgainWithoutAnybodysHelp() throws SQLException {
		await().atMost(SOON).untilAsserted(() -> assertThat(scrape()).contains("agent_metrics_publisher_leader 0.0"));
		assertThat(scrape()).doesNotContain("agent_execution_total{");
		String name = this.url.substring(this.url.lastIndexOf('/') + 1);
		try (Connection connection = DriverManager.getConnection(this.url.replace("/" + name, "/postgres"), "postgres",
				"any"); Statement statement = connection.createStatement()) {
			statement.execute("update pg_database set datallowconn = true where datname = '" + name + "'");
		}
		await().atMost(SOON)
			.untilAsserted(() -> management().get().uri("/actuator/health/readiness").exchange().expectStatus().isOk());
		UUID agent = executions().agent("a");
		await().atMost(SOON).untilAsserted(() -> assertThat(scrape()).contains("agent_metrics_publisher_leader 1.0"));
		executions().insert(TestExecution.completed(agent, this.clock.instant(), 10));
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(scrape())
				.contains("agent_execution_total{agent_id=\"%s\",status=\"COMPLETED\"} 1.0".formatted(agent)));
		graphQl().document("{ agents { totalCount } }")
			.execute()
			.path("agents.totalCount")
			.entity(Integer.class)
			.isEqualTo(1);
	}

	private String scrape() {
		return Objects.requireNonNull(management().get()
			.uri("/actuator/prometheus")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
	}

	private void assertProblem(String query, String kind) {
		graphQl().document(query)
			.execute()
			.errors()
			.satisfy((errors) -> assertThat(errors).isNotEmpty()
				.allSatisfy((error) -> assertThat(error.getExtensions()).containsEntry("kind", kind)));
	}

}
