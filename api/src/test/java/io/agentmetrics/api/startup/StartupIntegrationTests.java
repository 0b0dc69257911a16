package io.agentmetrics.api.startup;

import io.agentmetrics.api.ApiApplication;
import io.agentmetrics.db.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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

	@Test
	void withoutSchemaItSaysWhatToRun(CapturedOutput output) {
		try (TestDatabase empty = TestDatabase.empty()) {
			assertRefused(output, "run `java -jar aggregator.jar migrate`", "--spring.datasource.url=" + empty.url(),
					"--spring.datasource.username=" + empty.username());
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
		}
	}

	private static void assertRefused(CapturedOutput output, String sentence, String... arguments) {
		String[] all = new String[arguments.length + 2];
		System.arraycopy(arguments, 0, all, 0, arguments.length);
		all[arguments.length] = "--server.port=0";
		all[arguments.length + 1] = "--management.server.port=0";
		assertThatException().isThrownBy(() -> SpringApplication.run(ApiApplication.class, all));
		assertThat(output.getAll()).contains(sentence).doesNotContain("\tat ");
	}

}
