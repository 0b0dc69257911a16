package io.agentmetrics.api.rest;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.db.TestExecution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.cache.open-windows=0s")
class RestMetricsIntegrationTests extends ApiTest {

	private static final String AGENT = "/api/v1/agent-studio/agents/{agent_id}/metrics";

	private static final UUID NOBODY = new UUID(0, 1);

	private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

	@Test
	void metricsHaveTheNamesOfTheContract() {
		UUID agent = executions().agent("known");
		executions().insertAll(IntStream.rangeClosed(1, 10)
			.mapToObj((i) -> (i <= 8)
					? TestExecution.completed(agent, this.clock.instant().minus(Duration.ofMinutes(i)), i * 100L)
					: TestExecution.failed(agent, this.clock.instant().minus(Duration.ofMinutes(i)), i * 100L, "no"))
			.toList());
		executions().insert(TestExecution.running(agent, this.clock.instant().minus(Duration.ofMinutes(20))));
		ask(AGENT + "?time_range=1d", agent).expectStatus()
			.isOk()
			.expectHeader()
			.contentType(MediaType.APPLICATION_JSON)
			.expectBody()
			.json("""
					{
						"agent_id": "%s", "time_range": "1d", "metric_type": "realtime",
						"total_executions": 11, "successful_executions": 8, "failed_executions": 2,
						"cancelled_executions": 0, "in_progress_executions": 1, "total_errors": 2,
						"success_rate": 80.0, "error_rate": 20.0,
						"execution_times": {
							"count": 10, "avg_ms": 550.0, "min_ms": 100, "max_ms": 1000, "p50_ms": 500,
							"p95_ms": 1000, "p99_ms": 1000, "exact": true,
							"rank_error_percent": { "p50": 0.0, "p95": 0.0, "p99": 0.0 }
						},
						"top_errors": [{ "error": "no", "count": 2 }], "other_errors": 0,
						"trend": "improving",
						"provenance": {
							"from": "%s", "to": "%s", "zone": "UTC", "aggregated_through": null, "computed_at": "%s",
							"missing": []
						}
					}
					""".formatted(agent, this.clock.instant().minus(Duration.ofDays(1)), this.clock.instant(),
					this.clock.instant()), JsonCompareMode.STRICT);
	}

	@ParameterizedTest
	@CsvSource({ "'', 4", "?version=1, 1", "?version=1&version=2;, 2", "'?version=1&version=', 3",
			"?version=&environment=production, 1", "?version=3, 0" })
	void releasesAndEnvironmentsCanBeNamed(String query, long total) {
		UUID agent = executions().agent("versions");
		Instant start = this.clock.instant().minus(Duration.ofHours(1));
		executions()
			.insertAll(IntStream.range(0, 4).mapToObj((i) -> TestExecution.completed(agent, start, i)).toList());
		JdbcClient.create(this.dataSource).sql("""
				update agent_executions
				set agent_version = (array['1', '2,2'])[execution_time_ms + 1],
					environment = case when execution_time_ms = 3 then 'production' end
				where agent_id = :agent
				""").param("agent", agent).update();
		ask(AGENT + query.replace("2;", "2,2"), agent).expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.total_executions")
			.isEqualTo(total);
	}

	@Test
	void tokensAndCostsAreThereIfAskedFor() {
		UUID agent = executions().agent("usage");
		Instant start = this.clock.instant().minus(Duration.ofHours(1));
		executions()
			.insertAll(IntStream.range(0, 4).mapToObj((i) -> TestExecution.completed(agent, start, i)).toList());
		JdbcClient.create(this.dataSource)
			.sql("""
					update agent_executions
					set input_tokens = 100 * execution_time_ms, output_tokens = 7, cached_input_tokens = 5, cost_usd = 0.00000025
					where agent_id = :agent and execution_time_ms > 0
					""")
			.param("agent", agent)
			.update();
		for (String type : List.of("realtime", "hybrid")) {
			ask(AGENT + "?usage=true&metric_type=" + type, agent).expectStatus().isOk().expectBody().json("""
					{
						"tokens": {
							"count": 3, "total": 621, "input": 600, "output": 21, "cached_input": 15, "avg": 207.0,
							"p50": 207, "p95": 307, "p99": 307, "exact": true,
							"rank_error_percent": { "p50": 0.0, "p95": 0.0, "p99": 0.0 }
						},
						"cost": {
							"count": 3, "total_usd": 0.00000075, "per_execution_usd": 2.5E-7,
							"per_successful_execution_usd": 1.875E-7
						}
					}
					""");
		}
		ask(AGENT, agent).expectBody()
			.jsonPath("$.tokens")
			.doesNotHaveJsonPath()
			.jsonPath("$.cost")
			.doesNotHaveJsonPath();
		ask(AGENT + "?usage=yes", agent).expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("The parameter 'usage' must be one of false, true.");
	}

	@Test
	void dashboardOfAnEnvironmentCountsWhatRanThere() {
		deleteAll();
		UUID agent = executions().agent("everywhere");
		executions().agent("nowhere");
		Instant start = this.clock.instant().minus(Duration.ofHours(1));
		executions()
			.insertAll(IntStream.range(0, 4).mapToObj((i) -> TestExecution.completed(agent, start, i)).toList());
		JdbcClient.create(this.dataSource)
			.sql("update agent_executions set environment = 'production' where execution_time_ms > 0")
			.update();
		ask("/api/v1/agent-studio/metrics/dashboard?environment=production").expectBody()
			.jsonPath("$.total_executions_24h")
			.isEqualTo(3)
			.jsonPath("$.total_agents")
			.isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "version", "environment" })
	void nameThatNoExecutionCanHaveIsRefused(String parameter) {
		ask(AGENT + "?" + parameter + "=" + "x".repeat(201), NOBODY).expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo(
					"The argument '" + parameter + "' must have values of 1 to 200 characters that are not all blank.");
	}

	@ParameterizedTest
	@CsvSource({ "?time_range=30d, 30d, realtime", "?metric_type=aggregated, 7d, aggregated", "'', 7d, realtime" })
	void rangeAndTypeAreWhatIsAskedFor(String query, String timeRange, String metricType) {
		ask(AGENT + query, UUID.randomUUID()).expectBody()
			.jsonPath("$.time_range")
			.isEqualTo(timeRange)
			.jsonPath("$.metric_type")
			.isEqualTo(metricType);
	}

	@Test
	void agentThatIsNotKnownHasZeros() {
		ask(AGENT, UUID.randomUUID()).expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.total_executions")
			.isEqualTo(0)
			.jsonPath("$.success_rate")
			.isEqualTo(0.0)
			.jsonPath("$.trend")
			.isEqualTo("no_data")
			.jsonPath("$.execution_times.p95_ms")
			.isEmpty();
	}

	@Test
	void timesThatCannotBeReadAreNull() {
		UUID agent = executions().agent("corrupt");
		executions().insert(TestExecution.completed(agent, this.clock.instant().minus(Duration.ofDays(2)), 1));
		aggregate(5);
		JdbcClient.create(this.dataSource)
			.sql("update agent_metrics set latency_sketch = '\\xcafe' where agent_id = :agent")
			.param("agent", agent)
			.update();
		ask(AGENT + "?metric_type=aggregated", agent).expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.total_executions")
			.isEqualTo(1)
			.jsonPath("$.execution_times")
			.isEmpty();
	}

	@Test
	void dashboardHasTheNamesOfTheContract() {
		deleteAll();
		UUID agent = executions().agent("only");
		executions()
			.insertAll(IntStream.rangeClosed(1, 20)
				.mapToObj((i) -> (i <= 15)
						? TestExecution.completed(agent, this.clock.instant().minus(Duration.ofDays(2)), i)
						: TestExecution.failed(agent, this.clock.instant().minus(Duration.ofDays(2)), i, "no"))
				.toList());
		aggregate(40);
		WebTestClient.BodyContentSpec body = ask("/api/v1/agent-studio/metrics/dashboard").expectStatus()
			.isOk()
			.expectBody();
		String ranked = """
				{
					"agent": { "id": "%s", "name": "only" }, "total_executions": 20, "success_rate": 75.0,
					"error_rate": 25.0, "p95_ms": 19
				}
				""".formatted(agent);
		body.json("""
				{
					"total_agents": 1, "total_executions_24h": 0, "total_executions_7d": 20,
					"total_executions_30d": 20, "average_success_rate": 75.0,
					"top_performing_agents": [%s], "agents_with_issues": [%s],
					"provenance": { "zone": "UTC", "aggregated_through": "%s" }
				}
				""".formatted(ranked, ranked, this.clock.today().minusDays(1)));
		body.jsonPath("$.execution_trends.length()").isEqualTo(30);
		body.jsonPath("$.execution_trends[28]")
			.value(Object.class, (day) -> assertThat(day).hasToString(
					("{date=%s, aggregated=true, total_executions=20, successful_executions=15, failed_executions=5, "
							+ "success_rate=75.0, p95_ms=19}")
						.formatted(this.clock.today().minusDays(2))));
	}

	/**
	 * Recorded once: whoever reads these answers line by line is not to notice a change.
	 */
	@Test
	void answersAreByteForByteAsRecorded() throws IOException {
		deleteAll();
		UUID agent = executions().agent("golden");
		executions().insertAll(IntStream.rangeClosed(1, 40)
			.mapToObj((i) -> (i % 4 != 0)
					? TestExecution.completed(agent, this.clock.instant().minus(Duration.ofHours(5 * i)), i * 37L)
					: TestExecution.failed(agent, this.clock.instant().minus(Duration.ofHours(5 * i)), i * 37L,
							"No \"answer\" within " + i + " s"))
			.toList());
		executions().insert(TestExecution.running(agent, this.clock.instant().minus(Duration.ofMinutes(20))));
		aggregate(40);
		assertAsRecorded("realtime", agent, AGENT);
		assertAsRecorded("aggregated", agent, AGENT + "?time_range=30d&metric_type=aggregated");
		assertAsRecorded("hybrid", agent, AGENT + "?time_range=90d&metric_type=hybrid");
		assertAsRecorded("nobody", NOBODY, AGENT);
		assertAsRecorded("dashboard", agent, "/api/v1/agent-studio/metrics/dashboard");
		assertAsRecorded("export", agent, AGENT + "/export?format=json");
		assertAsRecorded("refused", agent, AGENT + "?time_range=8d");
		JdbcClient.create(this.dataSource)
			.sql("update agent_metrics set latency_sketch = '\\xcafe', hourly_counts = '\\xcafe'")
			.update();
		assertAsRecorded("corrupt", agent, AGENT + "?time_range=90d&metric_type=aggregated");
	}

	private void assertAsRecorded(String name, UUID agent, String uri) throws IOException {
		String answer = Objects
			.requireNonNull(ask(uri, agent).expectBody(String.class).returnResult().getResponseBody());
		String settled = DATE.matcher(answer.replace(agent.toString(), "(agent)"))
			.replaceAll((date) -> "(day %d)"
				.formatted(ChronoUnit.DAYS.between(this.clock.today(), LocalDate.parse(date.group()))))
			.replaceAll("\"updated_at\":\"[^\"]*\"", "\"updated_at\":\"(moment)\"");
		assertThat(settled).isEqualTo(
				new ClassPathResource("rest/" + name + ".json").getContentAsString(StandardCharsets.UTF_8).strip());
	}

	private void deleteAll() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		List.of("agent_metrics", "agent_error_groups", "aggregated_days", "aggregation_shards", "agent_executions",
				"first_executions", "agents")
			.forEach((table) -> jdbc.sql("delete from " + table).update());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "?time_range=8d | The parameter 'time_range' must be one of 1d, 7d, 30d, 90d.",
					"?time_range=7D | The parameter 'time_range' must be one of 1d, 7d, 30d, 90d.",
					"?metric_type=guess | The parameter 'metric_type' must be one of realtime, " })
	void unknownValueIsRefusedWithWhatIsAllowed(String query, String sentence) {
		assertProblem(ask(AGENT + query, UUID.randomUUID()), HttpStatus.BAD_REQUEST, sentence);
	}

	@Test
	void malformedIdIsRefused() {
		assertProblem(ask(AGENT, "' or 1=1 --"), HttpStatus.BAD_REQUEST, "The argument 'agent_id' must be a UUID");
	}

	@Test
	void otherMethodIsRefused() {
		assertProblem(
				http("http://localhost:" + this.port).method(HttpMethod.POST).uri(AGENT, UUID.randomUUID()).exchange(),
				HttpStatus.METHOD_NOT_ALLOWED, "");
	}

	@Test
	void otherMediaTypeIsRefused() {
		assertProblem(http("http://localhost:" + this.port).get()
			.uri(AGENT, UUID.randomUUID())
			.accept(MediaType.APPLICATION_XML)
			.exchange(), HttpStatus.NOT_ACCEPTABLE, "");
	}

	@Test
	void whatIsNoMediaTypeIsRefused() {
		assertProblem(http("http://localhost:" + this.port).get()
			.uri(AGENT, UUID.randomUUID())
			.header("Accept", "nonsense")
			.exchange(), HttpStatus.NOT_ACCEPTABLE, "");
	}

	/** By the firewall, before any controller is asked. */
	@ParameterizedTest
	@ValueSource(strings = { "/api/v1/agent-studio//metrics/dashboard", "/api/v1/agent-studio/agents/%2e%2e/metrics",
			"/api/v1/agent-studio/agents/a;b/metrics" })
	void strangeAddressIsRefused(String path) {
		assertProblem(http("http://localhost:" + this.port).get()
			.uri(URI.create("http://localhost:" + this.port + path))
			.exchange(), HttpStatus.BAD_REQUEST, "Bad Request.");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/api/v1/agent-studio/agents", "/api/v1/nothing", "/api/v2/agent-studio/metrics/dashboard" })
	void unknownPathIsRefused(String path) {
		assertProblem(ask(path), HttpStatus.NOT_FOUND, "There is nothing at this address.");
	}

	@Test
	void openApiDescribesEveryPath() {
		ask("/v3/api-docs").expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.info.title")
			.isEqualTo("Agent Metrics")
			.jsonPath("$.paths.length()")
			.isEqualTo(5)
			.jsonPath("$.paths['/api/v1/agent-studio/agents/{agent_id}/metrics'].get.parameters[1].schema.enum[3]")
			.isEqualTo("90d")
			.jsonPath("$.components.schemas.AgentMetrics.properties.total_executions.type")
			.isEqualTo("integer")
			.jsonPath("$.components.schemas.AgentMetrics.properties.execution_times.properties.p95_ms.type")
			.isEqualTo(List.of("integer", "null"))
			.jsonPath("$.components.schemas.Dashboard.properties.total_executions_24h.type")
			.isEqualTo("integer")
			.jsonPath("$.components.schemas.Provenance.properties.aggregated_through.format")
			.isEqualTo("date");
	}

	@Test
	void thereIsNoSwaggerUi() {
		ask("/swagger-ui.html").expectStatus().isNotFound();
		ask("/swagger-ui/index.html").expectStatus().isNotFound();
	}

	private WebTestClient.ResponseSpec ask(String uri, Object... variables) {
		return http("http://localhost:" + this.port).get().uri(uri, variables).exchange();
	}

	private static void assertProblem(WebTestClient.ResponseSpec response, HttpStatus status, String sentence) {
		response.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(status.value())
			.jsonPath("$.kind")
			.isEqualTo("BAD_INPUT")
			.jsonPath("$.detail")
			.value(String.class, (detail) -> assertThat(detail).contains(sentence));
	}

}
