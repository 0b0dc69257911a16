package io.agentmetrics.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both programs and a PostgreSQL whose certificate they verify as the runbook says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIntegrationTests {

	private Certificates certificates;

	private Product product;

	@BeforeAll
	void start(@TempDir Path folder) throws Exception {
		this.certificates = Certificates.make(folder);
		this.product = Product.start(folder.resolve("product"));
		PGSimpleDataSource administrator = new PGSimpleDataSource();
		administrator.setUrl(this.product.environment().get("SPRING_DATASOURCE_URL"));
		administrator.setUser("postgres");
		try (Connection connection = administrator.getConnection();
				Statement statement = connection.createStatement()) {
			for (String setting : List.of("ssl_cert_file = '" + this.certificates.file("server.crt") + "'",
					"ssl_key_file = '" + this.certificates.file("server.key") + "'", "ssl = on")) {
				statement.execute("alter system set " + setting);
			}
			statement.execute("select pg_reload_conf()");
		}
	}

	@AfterAll
	void stop() throws Exception {
		if (this.product != null) {
			this.product.close();
		}
	}

	@Test
	void verifiedServerIsTalkedToByTls() throws Exception {
		Map<String, String> settings = settings("localhost", "ca.crt");
		assertThat(this.product.aggregatorWith(settings, "migrate").exitCode()).isZero();
		Product.Run run = this.product.aggregatorWith(settings);
		assertThat(run.exitCode()).as(run.output()).isZero();
		try (Product.RunningApi api = this.product.api(settings)) {
			assertThat(new GraphQlClient(api.address().resolve("/graphql")).data("{ dashboard { totalAgents } }")
				.at("/dashboard/totalAgents")
				.asInt(-1)).isZero();
			assertThat(encryptedSessions()).isPositive();
		}
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			localhost, other.crt,   PKIX path
			127.0.0.1, ca.crt,      hostname 127.0.0.1
			localhost, missing.crt, missing.crt
			""")
	void otherServerIsRefusedInOneSentence(String host, String authority, String reason) throws Exception {
		Map<String, String> settings = settings(host, authority);
		settings.put("SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT", "1000");
		Product.Run run = this.product.aggregatorWith(settings, "migrate");
		assertThat(run.exitCode()).as(run.output()).isEqualTo(4);
		assertSentence(run.output(), reason);
		Product.Run api = this.product.apiWith(settings);
		assertThat(api.exitCode()).as(api.output()).isEqualTo(1);
		assertSentence(api.output(), reason);
	}

	private static void assertSentence(String output, String reason) {
		assertThat(output).contains("The database cannot be reached: ", reason).doesNotContain("\tat ");
	}

	private long encryptedSessions() throws Exception {
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement();
				var sessions = statement.executeQuery("""
						select count(*) from pg_stat_ssl join pg_stat_activity using (pid)
						where ssl and application_name = 'agent-metrics-api'
						""")) {
			sessions.next();
			return sessions.getLong(1);
		}
	}

	private Map<String, String> settings(String host, String authority) {
		Map<String, String> settings = new HashMap<>(this.product.environment());
		settings.compute("SPRING_DATASOURCE_URL", (name, url) -> url.replace("localhost", host)
				+ "?sslmode=verify-full&sslrootcert=" + this.certificates.file(authority));
		settings.put("AGENT_METRICS_SECURITY_MODE", "none");
		return settings;
	}

}
