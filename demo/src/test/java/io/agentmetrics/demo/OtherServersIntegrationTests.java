package io.agentmetrics.demo;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both programs on a server that differs from ours in all that an administrator may set
 * for a database, with an owner that may not make roles.
 */
class OtherServersIntegrationTests {

	/** Skips the midnight before 2026-09-06. */
	private static final ZoneId ZONE = ZoneId.of("America/Santiago");

	private static final String METRICS = """
			totalExecutions successRate executionTimes { count avgMs minMs maxMs p50Ms p95Ms } topErrors(first: 5) { count }
			""";

	private static final List<String> SETTINGS = List.of("search_path = metrics, public", "datestyle = 'SQL, DMY'",
			"timezone = 'America/Havana'", "intervalstyle = 'sql_standard'", "bytea_output = 'escape'",
			"extra_float_digits = -3", "default_transaction_isolation = 'serializable'", "array_nulls = off",
			"transform_null_equals = on", "escape_string_warning = off", "default_statistics_target = 1");

	@Test
	void answersAreTheSameOnAServerWithOtherSettings(@TempDir Path folder) throws Exception {
		try (Product product = Product.start(folder)) {
			PGSimpleDataSource database = database(product);
			Map<String, String> settings = new HashMap<>(product.environment());
			settings.put("SPRING_DATASOURCE_URL", database.getUrl());
			settings.put("AGENT_METRICS_ZONE", ZONE.getId());
			String withoutTheRight = migrate(product, settings);
			assertThat(withoutTheRight)
				.contains("There is no role agent_metrics_reader", "There is no role agent_metrics_writer")
				.doesNotContain("\tat ");
			database.setUser("postgres");
			execute(database, "create role agent_metrics_reader nologin; create role agent_metrics_writer nologin");
			assertThat(migrate(product, settings)).doesNotContain("There is no role");
			execute(database, "create role reads login password 'reads' in role agent_metrics_reader");
			database.setUser(DemoPostgres.NAME);
			List<TestExecution> executions = store(new TestExecutions(database));
			Product.Run run = product.aggregatorWith(settings);
			assertThat(run.exitCode()).as(run.output()).isZero();
			assertThat(run.output()).contains("executions=\"" + executions.size() + "\"");
			settings.putAll(Map.of("SPRING_DATASOURCE_USERNAME", "reads", "SPRING_DATASOURCE_PASSWORD", "reads"));
			try (Product.RunningApi api = product.api(settings)) {
				assertAnswers(api, executions);
			}
		}
	}

	/** In Turkish: other order, and I is not the capital of i. */
	private static PGSimpleDataSource database(Product product) throws SQLException {
		PGSimpleDataSource database = new PGSimpleDataSource();
		database.setUrl(product.environment().get("SPRING_DATASOURCE_URL"));
		database.setUser("postgres");
		execute(database, """
				create database other owner %s template template0
				encoding 'UTF8' locale_provider icu icu_locale 'tr-TR' locale 'C'
				""".formatted(DemoPostgres.NAME));
		database.setDatabaseName("other");
		database.setPassword(DemoPostgres.NAME);
		execute(database, "create schema metrics authorization " + DemoPostgres.NAME);
		for (String setting : SETTINGS) {
			execute(database, "alter database other set " + setting);
		}
		return database;
	}

	private static String migrate(Product product, Map<String, String> settings) throws Exception {
		Product.Run run = product.aggregatorWith(settings, "migrate");
		assertThat(run.exitCode()).as(run.output()).isZero();
		return run.output();
	}

	/** One every three hours of ten weeks, and so around each midnight. */
	private static List<TestExecution> store(TestExecutions executions) {
		UUID agent = executions.agent("İnvoice IIı");
		Instant end = LocalDate.now(ZONE).atStartOfDay(ZONE).toInstant();
		List<TestExecution> all = new ArrayList<>();
		for (Instant start = end.minus(Duration.ofDays(70)); start
			.isBefore(end); start = start.plus(Duration.ofHours(3))) {
			long ms = 1 + all.size() * 7919L % 100_003;
			all.add((all.size() % 5 == 0) ? TestExecution.failed(agent, start, ms, "Timeout after " + ms + " ms")
					: TestExecution.completed(agent, start, ms));
		}
		executions.insertAll(all);
		return all;
	}

	private static void assertAnswers(Product.RunningApi api, List<TestExecution> executions) throws Exception {
		GraphQlClient graphQl = new GraphQlClient(api.address().resolve("/graphql"));
		UUID agent = executions.getFirst().agentId();
		JsonNode realtime = metrics(graphQl, agent, "REALTIME");
		assertThat(metrics(graphQl, agent, "AGGREGATED")).isEqualTo(realtime);
		assertThat(metrics(graphQl, agent, "HYBRID")).isEqualTo(realtime);
		assertThat(realtime.path("totalExecutions").asInt()).isEqualTo(executions.size());
		assertThat(realtime.at("/topErrors/0/count").asInt()).isEqualTo((executions.size() + 4) / 5);
		assertThat(graphQl.data("{ agents(first: 5, orderBy: HEALTH) { edges { node { name health { status } } } } }")
			.findValuesAsString("name")).containsExactly("İnvoice IIı");
		assertThat(days(api, agent)).containsExactlyElementsOf(executions.stream()
			.map((execution) -> execution.start().atZone(ZONE).toLocalDate().toString())
			.distinct()
			.toList());
	}

	private static JsonNode metrics(GraphQlClient graphQl, UUID agent, String type) throws Exception {
		return graphQl
			.data("{ agentMetrics(agentId: \"%s\", timeRange: LAST_90_DAYS, metricType: %s) { %s } }".formatted(agent,
					type, METRICS))
			.path("agentMetrics");
	}

	private static List<String> days(Product.RunningApi api, UUID agent) throws Exception {
		LocalDate today = LocalDate.now(ZONE);
		HttpRequest request = HttpRequest
			.newBuilder(api.address()
				.resolve("/api/v1/agent-studio/agents/%s/metrics/export?format=csv&from=%s&to=%s".formatted(agent,
						today.minusDays(70), today)))
			.build();
		try (HttpClient client = HttpClient.newHttpClient()) {
			return client.send(request, BodyHandlers.ofLines())
				.body()
				.skip(1)
				.map((line) -> line.split(",")[0])
				.toList();
		}
	}

	private static void execute(PGSimpleDataSource database, String sql) throws SQLException {
		try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
