package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

import io.agentmetrics.db.Documentation;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import io.agentmetrics.demo.sample.SampleTraces;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The product from end to end: executions in PostgreSQL, aggregator.jar, receiver.jar and
 * api.jar as processes, GraphQL over HTTP, and SQL to compare with.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ProductIntegrationTests {

	private static final String METRICS = """
			totalExecutions successfulExecutions failedExecutions cancelledExecutions inProgressExecutions totalErrors
			successRate errorRate executionTimes { count avgMs minMs maxMs p50Ms p95Ms p99Ms exact
			rankErrorPercent { p50 p95 p99 } } trend provenance { from to }
			""";

	private static final List<String> PAGES = List.of("README.md", "docs/querying.md", "docs/metrics.md",
			"docs/your-own-data.md", "docs/operations.md");

	private final Product product;

	private final UUID tenRuns;

	private final UUID noRuns;

	private final Product.Run aggregation;

	private final Product.RunningReceiver receiver;

	private final Product.RunningApi api;

	private final GraphQlClient graphQl;

	ProductIntegrationTests(@TempDir Path directory) throws Exception {
		this.product = Product.withSample(directory);
		TestExecutions executions = new TestExecutions(this.product.dataSource());
		this.tenRuns = executions.agent("Ten runs of 100 to 1000 ms");
		this.noRuns = executions.agent("No runs");
		Instant noon = yesterdayNoon();
		executions.insertAll(LongStream.rangeClosed(1, 10)
			.mapToObj((run) -> TestExecution.completed(this.tenRuns, noon.plusSeconds(run), 100 * run))
			.toList());
		this.receiver = this.product.receiver();
		for (int number = 0; number < 24; number++) {
			for (String request : SampleTraces.requests(number, Instant.now())) {
				this.receiver.send(request);
			}
		}
		this.aggregation = this.product.aggregator();
		this.api = this.product.packedApi();
		this.graphQl = new GraphQlClient(this.api.address().resolve("/graphql"));
	}

	@AfterAll
	void stopEverything() throws IOException {
		this.api.close();
		this.receiver.close();
		this.product.close();
	}

	/** As fast as the page asks: also what it asks is remembered for a while. */
	@Test
	void agentThatReportsByItselfIsListedWithinFiveSeconds() throws Exception {
		String listed = """
				{ agents(first: 25, search: "Five Second", orderBy: HEALTH) { totalCount edges { node {
				name health { status } metrics(timeRange: LAST_7_DAYS, metricType: HYBRID) { totalExecutions } } } }
				receivedSpans(service: "stopwatch") { totals { runs } } }
				""";
		assertThat(this.graphQl.data(listed).at("/agents/totalCount").asInt()).isZero();
		long nanos = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
		this.receiver
			.send("""
					{"resourceSpans": [{
						"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "stopwatch"}}]},
						"scopeSpans": [{"spans": [{
							"traceId": "5ec05ec05ec05ec05ec05ec05ec05ec0", "spanId": "5ec05ec05ec05ec0", "name": "invoke_agent",
							"startTimeUnixNano": "%d", "endTimeUnixNano": "%d", "attributes": [
								{"key": "gen_ai.operation.name", "value": {"stringValue": "invoke_agent"}},
								{"key": "gen_ai.agent.name", "value": {"stringValue": "Five Second Agent"}}]}]}]}]}"""
				.formatted(nanos - 3_000_000_000L, nanos));
		JsonNode answer = this.graphQl.data(listed);
		for (long start = System.nanoTime(); System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5)
				&& !isWhole(answer);) {
			TimeUnit.MILLISECONDS.sleep(100);
			answer = this.graphQl.data(listed);
		}
		assertThat(isWhole(answer)).as(answer.toString()).isTrue();
	}

	private static boolean isWhole(JsonNode answer) {
		return answer.at("/agents/edges/0/node/metrics/totalExecutions").asInt() == 1
				&& answer.at("/receivedSpans/totals/runs").asInt() == 1;
	}

	@Test
	void spansOfTheDemoAreRunsOfItsAgents() throws Exception {
		JsonNode answer = this.graphQl
			.data("{ receivedSpans { totals { received runs repeated rejected newAgents } } }");
		// eight of the runs ask another agent
		assertThat(answer.at("/receivedSpans/totals/runs").asInt()).isGreaterThanOrEqualTo(32);
		assertThat(answer.at("/receivedSpans/totals/repeated").asInt()).isZero();
		assertThat(answer.at("/receivedSpans/totals/rejected").asInt()).isEqualTo(2);
		assertThat(column("select name from agents where id in (select agent_id from agent_executions)"))
			.containsAll(SampleTraces.AGENTS);
		assertThat(column("select error_message from agent_executions join agents on agents.id = agent_id"
				+ " where name = 'Route Optimizer' and status = 'TIMEOUT'"))
			.hasSize(2)
			.containsOnly("The map service did not answer within 30 s");
	}

	@Test
	void aggregatorEndsWithZeroAndBatchHasRecordedIt() throws SQLException {
		assertThat(this.aggregation.exitCode()).as(this.aggregation.output()).isZero();
		assertThat(column("select distinct status from batch_job_execution")).containsExactly("COMPLETED");
	}

	@ParameterizedTest
	@ValueSource(strings = { "REALTIME", "HYBRID", "AGGREGATED" })
	void tenRunsFromOneHundredToOneThousandMillisecondsAreAnsweredExactly(String type) throws Exception {
		JsonNode metrics = metrics(this.tenRuns, "LAST_7_DAYS", type);
		JsonNode times = metrics.path("executionTimes");
		assertThat(metrics.path("totalExecutions").asLong()).isEqualTo(10);
		assertThat(metrics.path("successRate").asDouble()).isEqualTo(100);
		assertThat(times.path("minMs").asLong()).isEqualTo(100);
		assertThat(times.path("maxMs").asLong()).isEqualTo(1_000);
		assertThat(times.path("avgMs").asDouble()).isEqualTo(550);
		assertThat(times.path("p50Ms").asLong()).isEqualTo(500);
		assertThat(times.path("p95Ms").asLong()).isEqualTo(1_000);
		assertThat(times.path("p99Ms").asLong()).isEqualTo(1_000);
		assertThat(times.path("exact").asBoolean()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "LAST_1_DAY, REALTIME", "LAST_7_DAYS, REALTIME", "LAST_90_DAYS, REALTIME", "LAST_1_DAY, HYBRID",
			"LAST_7_DAYS, HYBRID", "LAST_90_DAYS, HYBRID", "LAST_1_DAY, AGGREGATED", "LAST_7_DAYS, AGGREGATED",
			"LAST_30_DAYS, AGGREGATED" })
	void answersAboutEveryAgentEqualSqlOverTheSameWindow(String range, String type) throws Exception {
		long executions = 0;
		for (String agent : column("select id from agents order by name")) {
			JsonNode metrics = metrics(UUID.fromString(agent), range, type);
			JsonNode expected = expected(agent, metrics.path("provenance"));
			for (String count : List.of("totalExecutions", "successfulExecutions", "failedExecutions",
					"cancelledExecutions", "inProgressExecutions", "totalErrors")) {
				assertThat(metrics.path(count).asLong()).as(count + " of " + agent)
					.isEqualTo(expected.path(count).asLong());
			}
			assertThat(metrics.path("successRate").asDouble()).isEqualTo(expected.path("successRate").asDouble());
			assertThat(metrics.path("errorRate").asDouble()).isEqualTo(expected.path("errorRate").asDouble());
			assertTimes(agent, metrics, expected);
			executions += metrics.path("totalExecutions").asLong();
		}
		assertThat(executions).isGreaterThan(500);
	}

	@ParameterizedTest
	@ValueSource(strings = { "REALTIME", "HYBRID", "AGGREGATED" })
	void agentWithoutExecutionsKnownOrNotGetsZeros(String type) throws Exception {
		for (UUID agent : List.of(this.noRuns, UUID.randomUUID())) {
			JsonNode metrics = metrics(agent, "LAST_90_DAYS", type);
			assertThat(metrics.path("totalExecutions").asLong(-1)).isZero();
			assertThat(metrics.path("successRate").asDouble(-1)).isZero();
			assertThat(metrics.path("executionTimes").path("p50Ms").isNull()).isTrue();
			assertThat(metrics.path("trend").asString()).isEqualTo("NO_DATA");
		}
	}

	@Test
	void dashboardEqualsSql() throws Exception {
		JsonNode dashboard = this.graphQl
			.data("{ dashboard { totalAgents totalExecutions24h totalExecutions7d totalExecutions30d } }")
			.path("dashboard");
		assertThat(dashboard.path("totalAgents").asLong()).isEqualTo(number("select count(*) from agents"));
		// the window ends a moment ago, and everything here began before that
		assertThat(dashboard.path("totalExecutions30d").asDouble()).isCloseTo(
				number("select count(*) from agent_executions where execution_start >= now() - interval '30 days'"),
				within(20.0));
		assertThat(dashboard.path("totalExecutions24h").asLong()).isBetween(1L,
				dashboard.path("totalExecutions7d").asLong());
	}

	@Test
	void everyAgentIsOnOnePageWithItsMetrics() throws Exception {
		JsonNode edges = this.graphQl.data(
				"{ agents(first: 100) { edges { node { id name metrics(timeRange: LAST_30_DAYS) { totalExecutions } } } } }")
			.path("agents")
			.path("edges");
		List<String> names = new ArrayList<>();
		edges.forEach((edge) -> names.add(edge.path("node").path("name").asString()));
		assertThat(names).isEqualTo(column("select name from agents order by name, id"));
	}

	@Test
	void onlyWhatIsTooMuchToKeepIsAnsweredApproximately() throws Exception {
		String busiest = column(
				"select agent_id from agent_executions group by agent_id order by count(*) desc limit 1")
			.getFirst();
		JsonNode realtime = metrics(UUID.fromString(busiest), "LAST_30_DAYS", "REALTIME").path("executionTimes");
		JsonNode aggregated = metrics(UUID.fromString(busiest), "LAST_30_DAYS", "AGGREGATED").path("executionTimes");
		assertThat(realtime.path("exact").asBoolean(false)).isTrue();
		assertThat(aggregated.path("exact").asBoolean(true)).isFalse();
		assertThat(aggregated.path("rankErrorPercent").path("p99").asDouble()).isGreaterThan(0);
	}

	@Test
	void queriesThatTheDemoPrintsAreAnswered() throws Exception {
		String[] queries = QueriesToTry.of(this.product.dataSource()).strip().split("\\n\\n");
		assertThat(queries).hasSize(4);
		for (String query : queries) {
			assertThat(this.graphQl.data(query).isEmpty()).as(query).isFalse();
		}
	}

	@Test
	void queriesInTheDocumentationAreAnsweredAsItSays() throws Exception {
		Pattern example = Pattern.compile("(?s)```graphql\n(.*?)```(?:\n```json\n(.*?)```)?");
		for (String page : PAGES) {
			for (MatchResult found : example.matcher(Documentation.page(page).text()).results().toList()) {
				String query = found.group(1);
				JsonNode answer = query.startsWith("subscription") ? this.graphQl.firstEvent(query)
						: this.graphQl.answer(query);
				JsonNode documented = GraphQlClient.parse((found.group(2) != null) ? found.group(2) : "{}");
				assertThat(answer.has("errors")).as(query + answer).isEqualTo(documented.has("errors"));
				if (found.group(2) != null) {
					assertSameFields(query, documented, answer.has("errors") ? answer : answer.path("data"));
				}
			}
		}
	}

	@Test
	void requestsInTheDocumentationAreAnswered() throws Exception {
		for (String page : PAGES) {
			for (String body : Documentation.page(page).find("-d '(\\{.*})'")) {
				String query = GraphQlClient.parse(body).path("query").asString();
				assertThat(this.graphQl.firstEvent(query).has("errors")).as(query).isFalse();
			}
			for (String path : Documentation.page(page).find("http://localhost:8080(/[^\\s'`)]*\\w)")) {
				// asked above
				if (!path.equals("/graphql")) {
					assertThat(send(this.api.address().resolve(path)).statusCode()).as(path).isEqualTo(200);
				}
			}
		}
	}

	@Test
	void statementsInTheDocumentationDoWhatItSays() throws SQLException {
		Documentation page = Documentation.page("docs/your-own-data.md");
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			for (String statements : page.find("(?s)```sql\n((?!delete).*?)```")) {
				statement.execute(statements);
			}
			for (String columns : page.find("(?m)^\\\\copy (\\w+ \\(.*?\\)) from")) {
				statement.execute(columns.replaceFirst("(\\w+) \\((.*)\\)", "select $2 from $1 limit 0"));
			}
			try (ResultSet stored = statement.executeQuery("select status, error_message from agent_executions "
					+ "where id = '0b6f3c1e-8a11-4a6e-8d0e-0a3f6f5f7c01'")) {
				assertThat(stored.next()).isTrue();
				assertThat(stored.getString("status")).isEqualTo("FAILED");
				assertThat(stored.getString("error_message")).startsWith("Timeout after 30 s");
				assertThat(stored.next()).isFalse();
			}
			try (ResultSet noted = statement
				.executeQuery("select kind, ends_at - starts_at as lasted from annotations")) {
				assertThat(noted.next()).isTrue();
				assertThat(noted.getString("kind")).isEqualTo("INCIDENT");
				assertThat(noted.getString("lasted")).isEqualTo("00:30:00");
			}
			for (String retiring : page.find("(?s)```sql\n(delete.*?)```")) {
				statement.execute(retiring);
			}
			connection.rollback();
		}
	}

	@Test
	void metricsInTheDocumentationAreThoseThatPrometheusScrapes() throws Exception {
		// what finished before the first API started is not counted
		TestExecutions executions = new TestExecutions(this.product.dataSource());
		executions.insert(TestExecution.failed(executions.agent("Fails once"), Instant.now(), 7, "Timeout"));
		try (Connection connection = this.product.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(
					"insert into execution_sources (name, statuses, connected_table) values ('platform', '{}', 'public.runs')");
		}
		RunningDemo.await(
				() -> metrics().containsAll(
						List.of("agent_success_rate", "agent_metrics_source_followed", "agent_objective_problems")),
				Duration.ofMinutes(1));
		assertThat(metrics()).containsExactlyInAnyOrderElementsOf(
				Documentation.page("docs/metrics.md").section("Of the API").find("(?m)^\\| `(\\w+)"));
	}

	@Test
	void secondAggregationFindsNothingToDoUntilSomethingChanges() throws Exception {
		assertThat(this.product.aggregator().exitCode()).isZero();
		List<String> before = column("select m::text from agent_metrics m order by id");
		assertThat(this.product.aggregator().exitCode()).isZero();
		assertThat(column("select m::text from agent_metrics m order by id")).isEqualTo(before);
		TestExecutions executions = new TestExecutions(this.product.dataSource());
		UUID late = executions.agent("Late");
		executions.insert(TestExecution.completed(late, yesterdayNoon(), 7));
		assertThat(this.product.aggregator().exitCode()).isZero();
		List<String> after = column("select m::text from agent_metrics m order by id");
		assertThat(after).containsAll(before).hasSize(before.size() + 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "from=2026-11-08 to=2026-11-01", "from=yesterday", "until=2026-11-01", "agentId=7",
			"from=2999-01-01 to=2999-01-02" })
	void argumentsThatMakeNoSenseEndWithTwo(String arguments) throws Exception {
		assertThat(this.product.aggregator(arguments.split(" ")).exitCode()).isEqualTo(2);
	}

	@Test
	void databaseThatIsNotThereEndsWithFour() throws Exception {
		Map<String, String> nothing = Map.of("SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:1/nothing",
				"SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT", "1000");
		assertThat(this.product.aggregatorWith(nothing).exitCode()).isEqualTo(4);
	}

	@Test
	void databaseWithoutSchemaEndsWithFourAndSaysWhatToRun() throws Exception {
		String url;
		try (Connection connection = this.product.dataSource().getConnection()) {
			url = connection.getMetaData().getURL().replaceFirst("/[^/]*$", "/postgres");
		}
		Product.Run run = this.product.aggregatorOn(url);
		assertThat(run.exitCode()).isEqualTo(4);
		assertThat(run.output()).contains("java -jar aggregator.jar migrate");
	}

	@Test
	void apiWithoutADatabaseSaysWhichVariablesToSet() throws Exception {
		Product.Run run = this.product.apiWith(Map.of());
		assertThat(run.exitCode()).isNotZero();
		assertThat(run.output()).contains("SPRING_DATASOURCE_URL");
	}

	@Test
	void graphiQlIsServedWithoutAnOutsideHost() throws Exception {
		String page = get(this.api.address().resolve("/graphiql"));
		assertThat(page).contains("GraphiQL").doesNotContainPattern("(src|href)=\"https?://");
	}

	@Test
	void healthAndMetersAreOnThePortOfTheManagementOnly() throws Exception {
		assertThat(get(this.api.management().resolve("/actuator/health"))).contains("UP");
		assertThat(get(this.api.management().resolve("/actuator/prometheus"))).contains("jvm_memory_used_bytes");
		assertThat(get(this.api.address().resolve("/actuator/prometheus"))).doesNotContain("jvm_memory_used_bytes");
	}

	private static void assertTimes(String agent, JsonNode metrics, JsonNode expected) {
		JsonNode times = metrics.path("executionTimes");
		assertThat(times.path("count").asLong()).isEqualTo(expected.path("timed").asLong());
		assertThat(times.path("minMs")).isEqualTo(expected.path("minMs"));
		assertThat(times.path("maxMs")).isEqualTo(expected.path("maxMs"));
		if (!expected.path("avgMs").isNull()) {
			assertThat(times.path("avgMs").asDouble()).isEqualTo(expected.path("avgMs").asDouble());
		}
		for (String percentile : List.of("p50", "p95", "p99")) {
			if (times.path("exact").asBoolean()) {
				assertThat(times.path(percentile + "Ms")).as(percentile + " of " + agent)
					.isEqualTo(expected.path(percentile));
			}
			else {
				double bound = times.path("rankErrorPercent").path(percentile).asDouble() / 100;
				double rank = Integer.parseInt(percentile.substring(1)) / 100.0;
				assertRank(agent, times.path(percentile + "Ms").asLong(), rank, bound, expected);
			}
		}
	}

	/**
	 * The share of the times below the answer and at most the answer have the rank
	 * between them.
	 */
	private static void assertRank(String agent, long answerMs, double rank, double bound, JsonNode expected) {
		double count = expected.path("timed").asDouble();
		long below = 0;
		long atMost = 0;
		for (JsonNode time : expected.path("times")) {
			below += (time.asLong() < answerMs) ? 1 : 0;
			atMost += (time.asLong() <= answerMs) ? 1 : 0;
		}
		assertThat(below / count).as("rank of %d ms of %s", answerMs, agent).isLessThanOrEqualTo(rank + bound);
		assertThat(atMost / count).as("rank of %d ms of %s", answerMs, agent).isGreaterThanOrEqualTo(rank - bound);
	}

	private JsonNode metrics(UUID agent, String range, String type) throws Exception {
		return this.graphQl
			.data("{ agentMetrics(agentId: \"%s\", timeRange: %s, metricType: %s) { %s } }".formatted(agent, range,
					type, METRICS))
			.path("agentMetrics");
	}

	private JsonNode expected(String agent, JsonNode provenance) throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				PreparedStatement statement = connection.prepareStatement(
						"""
								with chosen as (
									select * from agent_executions
									where agent_id = ?::uuid and execution_start >= ?::timestamptz and execution_start < ?::timestamptz
								), counted as (
									select count(*) total,
										count(*) filter (where status = 'COMPLETED') successful,
										count(*) filter (where status in ('FAILED', 'TIMEOUT')) failed,
										count(*) filter (where status = 'CANCELLED') cancelled,
										count(*) filter (where status in ('PENDING', 'RUNNING')) in_progress,
										count(error_message) errors,
										count(execution_time_ms) timed,
										round(avg(execution_time_ms), 2) average,
										min(execution_time_ms) fastest,
										max(execution_time_ms) slowest,
										percentile_disc(array[0.5, 0.95, 0.99]) within group (order by execution_time_ms) percentiles,
										json_agg(execution_time_ms) filter (where execution_time_ms is not null) times
									from chosen
								)
								select json_build_object('totalExecutions', total, 'successfulExecutions', successful,
									'failedExecutions', failed, 'cancelledExecutions', cancelled,
									'inProgressExecutions', in_progress, 'totalErrors', errors,
									'successRate', coalesce(round(100.0 * successful / nullif(successful + failed, 0), 2), 0),
									'errorRate', coalesce(round(100.0 * failed / nullif(successful + failed, 0), 2), 0),
									'timed', timed, 'avgMs', average, 'minMs', fastest, 'maxMs', slowest, 'p50', percentiles[1],
									'p95', percentiles[2], 'p99', percentiles[3], 'times', times)
								from counted
								""")) {
			statement.setString(1, agent);
			statement.setString(2, provenance.path("from").asString());
			statement.setString(3, provenance.path("to").asString());
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return GraphQlClient.parse(result.getString(1));
			}
		}
	}

	private List<String> column(String query) throws SQLException {
		try (Connection connection = this.product.dataSource().getConnection();
				PreparedStatement statement = connection.prepareStatement(query);
				ResultSet result = statement.executeQuery()) {
			List<String> values = new ArrayList<>();
			while (result.next()) {
				values.add(result.getString(1));
			}
			return values;
		}
	}

	private long number(String query) throws SQLException {
		return Long.parseLong(column(query).getFirst());
	}

	/** Of lists the first entries are compared. */
	private static void assertSameFields(String query, JsonNode documented, JsonNode answer) {
		assertThat(List.copyOf(answer.propertyNames())).as(query + answer)
			.isEqualTo(List.copyOf(documented.propertyNames()));
		documented.propertyStream()
			.forEach((field) -> assertSameFields(query, field.getValue(), answer.path(field.getKey())));
		if (documented.isArray() && !documented.isEmpty()) {
			assertThat(answer.isEmpty()).as(query + answer).isFalse();
			assertSameFields(query, documented.path(0), answer.path(0));
		}
	}

	private List<String> metrics() {
		try {
			return new Documentation(get(this.api.management().resolve("/actuator/prometheus")))
				.find("(?m)^# TYPE (agent_\\w+)");
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String get(URI address) throws IOException, InterruptedException {
		return send(address).body();
	}

	private static HttpResponse<String> send(URI address) throws IOException, InterruptedException {
		try (HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
			return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
		}
	}

	private static Instant yesterdayNoon() {
		return LocalDate.now(ZoneOffset.UTC).minusDays(1).atTime(12, 0).toInstant(ZoneOffset.UTC);
	}

}
