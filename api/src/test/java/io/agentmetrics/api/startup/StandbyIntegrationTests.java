package io.agentmetrics.api.startup;

import java.net.http.HttpClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.api.ApiApplication;
import io.agentmetrics.api.GraphQlSocket;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.db.TestStandby;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.graphql.test.tester.HttpGraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The whole application on a hot standby, which is then promoted.
 */
@ExtendWith(OutputCaptureExtension.class)
class StandbyIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String MISSING = "{ dashboard { totalAgents provenance { missing } } }";

	@Test
	void standbyPushesSaysHowFarItHasReplayedAndCountsOncePromoted(CapturedOutput output) throws SQLException {
		try (TestDatabase primary = TestDatabase.createAlone();
				TestStandby standby = primary.standby();
				ConfigurableApplicationContext api = start(standby)) {
			int port = Integer.parseInt(api.getEnvironment().getRequiredProperty("local.server.port"));
			HttpGraphQlTester queries = HttpGraphQlTester.create(WebTestClient.bindToServer()
				.baseUrl("http://localhost:" + port + "/graphql")
				.responseTimeout(Duration.ofSeconds(30))
				.build());
			queries.document(MISSING)
				.execute()
				.path("dashboard.provenance.missing")
				.entityList(String.class)
				.hasSize(0);
			UUID agent = new TestExecutions(primary.dataSource()).agent("a");
			standby.replayAll();
			pushesWhatIsCommittedLate(primary, agent, port);
			assertThat(output.getAll()).containsOnlyOnce("The database is a standby: executions are counted");

			standby.pauseReplay();
			new TestExecutions(primary.dataSource()).insert(TestExecution.completed(agent, Instant.now(), 10));
			await().atMost(SOON)
				.untilAsserted(() -> queries.document(MISSING)
					.execute()
					.path("dashboard.provenance.missing")
					.entityList(String.class)
					.satisfies((missing) -> assertThat(missing).singleElement()
						.asString()
						.contains("the database is a standby that lags behind")));
			standby.resumeReplay();

			standby.promote();
			JdbcClient promoted = JdbcClient.create(standby.dataSource());
			await().atMost(SOON)
				.until(() -> promoted.sql("select count(*) from exposition_position").query(Long.class).single() == 1);
			new TestExecutions(standby.dataSource()).insert(TestExecution.failed(agent, Instant.now(), 10, "no"));
			await().atMost(SOON)
				.until(() -> promoted.sql("select coalesce(sum(failed), 0) from exposition_totals")
					.query(Long.class)
					.single() == 1);
			assertThat(output.getAll()).doesNotContain(" WARN ").doesNotContain(" ERROR ");
		}
	}

	/** Its transaction began before the look that the push goes out from. */
	private static void pushesWhatIsCommittedLate(TestDatabase primary, UUID agent, int port) throws SQLException {
		try (Connection late = primary.dataSource().getConnection();
				Statement statement = late.createStatement();
				HttpClient client = HttpClient.newHttpClient();
				GraphQlSocket socket = GraphQlSocket.admitted(client, port, Map.of())) {
			late.setAutoCommit(false);
			statement.execute("""
					insert into agent_executions (agent_id, user_id, status, execution_start)
					values ('%s', gen_random_uuid(), 'COMPLETED', now())
					""".formatted(agent));
			new TestExecutions(primary.dataSource()).insert(TestExecution.completed(agent, Instant.now(), 10));
			socket.subscribe("1", "subscription { dashboard { totalExecutions24h } }");
			int seen = total(socket.next(SOON));
			while (seen < 1) {
				seen = total(socket.next(SOON));
			}
			// looks that come after other commits and before this one
			Instant before = Instant.now().plusSeconds(4);
			while (Instant.now().isBefore(before)) {
				JsonNode message = socket.poll(Duration.between(Instant.now(), before));
				assertThat((message != null) ? total(message) : 1).isEqualTo(1);
			}
			late.commit();
			Instant after = Instant.now().plusSeconds(5);
			seen = 1;
			while (seen < 2) {
				assertThat(Instant.now()).isBefore(after);
				seen = total(socket.next(Duration.ofSeconds(5)));
			}
			assertThat(seen).isEqualTo(2);
		}
	}

	private static int total(JsonNode message) {
		return message.at("/payload/data/dashboard/totalExecutions24h").asInt();
	}

	private static ConfigurableApplicationContext start(TestStandby standby) {
		return SpringApplication.run(ApiApplication.class, "--server.port=0", "--management.server.port=0",
				"--agent-metrics.security.mode=none", "--spring.datasource.url=" + standby.url(),
				"--spring.datasource.username=" + standby.username());
	}

}
