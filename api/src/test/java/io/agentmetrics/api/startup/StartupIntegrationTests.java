package io.agentmetrics.api.startup;

import java.util.ArrayList;
import java.util.List;

import io.agentmetrics.api.ApiApplication;
import io.agentmetrics.db.PgBouncer;
import io.agentmetrics.db.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith(OutputCaptureExtension.class)
class StartupIntegrationTests {

	@Test
	void withoutDatabaseItSaysWhichVariablesToSet(CapturedOutput output) {
		assertRefused(output,
				"No database is configured: set SPRING_DATASOURCE_URL (jdbc:postgresql://host:5432/name), "
						+ "SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "postgresql://any:secret@localhost/any", "any:secret@localhost/any" })
	void urlOfAnotherKindIsSaidInOneSentence(String url, CapturedOutput output) {
		assertRefused(output, "SPRING_DATASOURCE_URL has to be like jdbc:postgresql://host:5432/name",
				"--spring.datasource.url=" + url);
		assertThat(output.getAll()).doesNotContain("secret");
	}

	@Test
	void withoutAnIssuerItSaysWhichVariablesToSet(CapturedOutput output) {
		String sentence = "No token can be checked: set AGENT_METRICS_SECURITY_ISSUER_URI or "
				+ "AGENT_METRICS_SECURITY_JWK_SET_URI, and AGENT_METRICS_SECURITY_AUDIENCE, or "
				+ "AGENT_METRICS_SECURITY_MODE=none to let anybody read.";
		String database = "--spring.datasource.url=jdbc:postgresql://localhost:1/any";
		assertRefused(output, sentence, database, "--agent-metrics.security.mode=jwt");
		assertRefused(output, sentence, database, "--agent-metrics.security.mode=jwt",
				"--agent-metrics.security.issuer-uri=http://localhost:1");
		assertRefused(output, sentence, database, "--agent-metrics.security.mode=jwt",
				"--agent-metrics.security.audience=agent-metrics");
	}

	@Test
	void unknownSecurityModeIsRefused(CapturedOutput output) {
		try (TestDatabase database = TestDatabase.create()) {
			assertRefused(output, "agent-metrics.security.mode", "--spring.datasource.url=" + database.url(),
					"--spring.datasource.username=" + database.username(), "--agent-metrics.security.mode=maybe");
		}
	}

	@Test
	void withoutSchemaItSaysWhatToRun(CapturedOutput output) {
		try (TestDatabase empty = TestDatabase.empty()) {
			assertRefused(output, "run `java -jar aggregator.jar migrate`", "--spring.datasource.url=" + empty.url(),
					"--spring.datasource.username=" + empty.username());
		}
	}

	@Test
	void poolerThatMixesSessionsIsRefusedAndNothingStaysSetOnItsSessions(CapturedOutput output) {
		try (TestDatabase database = TestDatabase.create();
				PgBouncer pooler = PgBouncer.start(database, "transaction")) {
			assertRefused(output, "connect to PostgreSQL directly, or by pool_mode = session",
					"--spring.datasource.url=" + pooler.url(), "--spring.datasource.username=anybody");
			JdbcClient another = JdbcClient.create(new DriverManagerDataSource(pooler.url(), "anybody", "any"));
			assertThat(another
				.sql("""
						select current_setting('default_transaction_isolation') || ' ' || current_setting('statement_timeout')
							|| ' ' || current_setting('agent_metrics.session', true)
						""")
				.query(String.class)
				.single()).isEqualTo("read committed 0 ");
		}
	}

	@Test
	void poolerThatKeepsSessionsIsAsGoodAsPostgres() {
		try (TestDatabase database = TestDatabase.create();
				PgBouncer pooler = PgBouncer.start(database, "session");
				ConfigurableApplicationContext api = SpringApplication.run(ApiApplication.class, "--server.port=0",
						"--management.server.port=0", "--agent-metrics.security.mode=none",
						"--spring.datasource.url=" + pooler.url(), "--spring.datasource.username=anybody")) {
			assertThat(api.getBean(JdbcClient.class)
				.sql("select current_setting('default_transaction_isolation') || ' ' || current_setting('jit')")
				.query(String.class)
				.single()).isEqualTo("repeatable read off");
		}
	}

	@Test
	void databaseOutOfReachIsSaidInOneSentence(CapturedOutput output) {
		assertRefused(output, "The database cannot be reached: Connection to localhost:1 refused",
				"--spring.datasource.url=jdbc:postgresql://localhost:1/any",
				"--spring.datasource.hikari.connection-timeout=300");
	}

	@Test
	void wrongSettingIsNamedWithWhatIsAllowed(CapturedOutput output) {
		try (TestDatabase database = TestDatabase.create()) {
			assertRefused(output, "agent-metrics.issues.errorRatePercent", "--spring.datasource.url=" + database.url(),
					"--spring.datasource.username=" + database.username(),
					"--agent-metrics.issues.error-rate-percent=101");
			assertRefused(output,
					"agent-metrics.api.trace-link must be an address that begins with http:// or https://",
					"--spring.datasource.url=" + database.url(), "--spring.datasource.username=" + database.username(),
					"--agent-metrics.api.trace-link=javascript:{externalId}");
		}
	}

	private static void assertRefused(CapturedOutput output, String sentence, String... arguments) {
		List<String> all = new ArrayList<>(
				List.of("--server.port=0", "--management.server.port=0", "--agent-metrics.security.mode=none"));
		for (String argument : arguments) {
			all.removeIf((other) -> other.startsWith(argument.split("=")[0] + "="));
			all.add(argument);
		}
		assertThatException().isThrownBy(() -> SpringApplication.run(ApiApplication.class, all.toArray(String[]::new)));
		assertThat(output.getAll()).contains(sentence).doesNotContain("\tat ");
	}

}
