package io.agentmetrics.api;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;

import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecutions;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.graphql.test.tester.HttpGraphQlTester;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The whole application on a port, with a database of the test class's own.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "agent-metrics.security.mode=none" })
@Import(ApiTestConfiguration.class)
@DirtiesContext
public abstract class ApiTest {

	/** In bytes; an answer may be larger than the client's default. */
	private static final int MAX_ANSWER = 64 << 20;

	@Autowired
	protected TestClock clock;

	@Autowired
	protected CountingDataSource dataSource;

	@LocalServerPort
	protected int port;

	@LocalManagementPort
	protected int managementPort;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		TestDatabase database = TestDatabase.create();
		registry.add("spring.datasource.url", database::url);
		registry.add("spring.datasource.username", database::username);
		registry.add("spring.datasource.password", () -> "any");
	}

	protected HttpGraphQlTester graphQl() {
		return HttpGraphQlTester.create(http("http://localhost:" + this.port + "/graphql"));
	}

	protected WebTestClient management() {
		return http("http://localhost:" + this.managementPort);
	}

	protected WebTestClient http(String url) {
		return WebTestClient.bindToServer()
			.baseUrl(url)
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(MAX_ANSWER))
			.responseTimeout(Duration.ofSeconds(30))
			.build();
	}

	protected TestExecutions executions() {
		return new TestExecutions(this.dataSource);
	}

	/** Closes all days before today that may have executions. */
	protected void aggregate(int days) {
		// what other tests have stored before is not missed
		JdbcClient.create(this.dataSource)
			.sql("delete from first_executions where quarter_hour < :from")
			.param("from", this.clock.today().minusDays(days).atStartOfDay().atOffset(ZoneOffset.UTC))
			.update();
		new TestAggregator(this.dataSource, ZoneId.of("UTC")).close(this.clock.today().minusDays(days),
				this.clock.today());
	}

}
