package io.agentmetrics.api.export;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TimeZone;
import java.util.UUID;

import io.agentmetrics.api.ApiTest;
import io.agentmetrics.api.TestAggregator;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecutions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

@TestPropertySource(properties = "agent-metrics.cache.open-windows=0s")
class ExportIntegrationTests extends ApiTest {

	private static final String ALL = "/api/v1/agent-studio/agents/metrics/export";

	private static final String ONE = "/api/v1/agent-studio/agents/{agent_id}/metrics/export";

	private static final String HEADER = "metric_date,agent_id,agent_name,total_executions,successful_executions,"
			+ "failed_executions,cancelled_executions,in_progress_executions,total_errors,success_rate,error_rate,"
			+ "timed_executions,avg_execution_time_ms,min_execution_time_ms,max_execution_time_ms,"
			+ "p50_execution_time_ms,p95_execution_time_ms,p99_execution_time_ms,percentiles_exact,revision,updated_at,"
			+ "agent_external_id,token_executions,input_tokens,output_tokens,cached_input_tokens,cost_executions,cost_usd";

	@BeforeEach
	void deleteAll() {
		JdbcClient jdbc = JdbcClient.create(this.dataSource);
		List.of("agent_metrics", "agent_error_groups", "aggregated_days", "aggregation_shards", "agent_executions",
				"first_executions", "agents")
			.forEach((table) -> jdbc.sql("delete from " + table).update());
	}

	@Test
	void csvBeginsWithAByteOrderMarkWhereItIsAskedFor() {
		byte[] plain = Objects.requireNonNull(ask(ALL + "?format=csv").expectBody().returnResult().getResponseBody());
		byte[] marked = Objects
			.requireNonNull(ask(ALL + "?format=csv&bom=true").expectBody().returnResult().getResponseBody());
		assertThat(new String(marked, StandardCharsets.UTF_8))
			.isEqualTo("\uFEFF" + new String(plain, StandardCharsets.UTF_8))
			.startsWith("\uFEFFmetric_date,");
		ask(ALL + "?format=json&bom=true").expectStatus().isOk().expectBody().jsonPath("$.days").isArray();
	}

	@Test
	void csvHasALineOfNamesAndALinePerDayAndAgent() {
		UUID agent = executions().agent("=HYPERLINK(\"http://evil\"), Inc.");
		UUID other = executions().agent("plain");
		store(agent, 2);
		store(agent, 3);
		store(other, 3);
		JdbcClient.create(this.dataSource)
			.sql("update agents set external_id = '-jobs' where id = :id")
			.param("id", agent)
			.update();
		aggregate(40);
		WebTestClient.ResponseSpec response = ask(ALL + "?format=csv");
		response.expectStatus().isOk().expectHeader().contentType("text/csv;charset=UTF-8");
		response.expectHeader()
			.valueEquals("Content-Disposition",
					"attachment; filename=\"agent-metrics-%s-%s.csv\"".formatted(this.clock.today().minusDays(30),
							this.clock.today()))
			.expectHeader()
			.valueEquals("Agent-Metrics-Zone", "UTC")
			.expectHeader()
			.valueEquals("Agent-Metrics-From", this.clock.today().minusDays(30) + "T00:00:00Z")
			.expectHeader()
			.valueEquals("Agent-Metrics-To", this.clock.today() + "T00:00:00Z")
			.expectHeader()
			.valueEquals("Agent-Metrics-Aggregated-Through", this.clock.today().minusDays(1).toString())
			.expectHeader()
			.valueEquals("Agent-Metrics-Computed-At", this.clock.instant().toString());
		List<String> lines = List
			.of(Objects.requireNonNull(response.expectBody(String.class).returnResult().getResponseBody())
				.split("\r\n"));
		assertThat(lines).hasSize(4);
		assertThat(lines.getFirst()).isEqualTo(HEADER);
		assertThat(lines.get(3)).startsWith(this.clock.today().minusDays(2) + "," + agent
				+ ",\"'=HYPERLINK(\"\"http://evil\"\"), Inc.\",2,1,1,0,0,1,50.0,50.0,2,200.0,100,300,100,300,300,true,1,")
			.endsWith("Z,'-jobs,0,0,0,0,0,0");
	}

	@Test
	void everyDayIsExportedWhereverTheServerIs() {
		TimeZone before = TimeZone.getDefault();
		// the session of PostgreSQL has this zone, too; on 6 September it has no midnight
		TimeZone.setDefault(TimeZone.getTimeZone("America/Santiago"));
		try (TestDatabase database = TestDatabase.create()) {
			TestExecutions executions = new TestExecutions(database.dataSource());
			UUID agent = executions.agent("everywhere");
			List<LocalDate> days = LocalDate.of(2026, 9, 1).datesUntil(LocalDate.of(2026, 9, 10)).toList();
			days.forEach((day) -> executions
				.insert(TestExecution.completed(agent, day.atTime(12, 0).toInstant(ZoneOffset.UTC), 1)));
			new TestAggregator(database.dataSource(), ZoneOffset.UTC).close(days.getFirst(),
					days.getLast().plusDays(1));
			List<LocalDate> exported = new ArrayList<>();
			new DailyMetricsRepository(JdbcClient.create(database.dataSource())).read(Optional.empty(), days,
					(row) -> exported.add(row.metricDate()));
			assertThat(exported).isEqualTo(days);
		}
		finally {
			TimeZone.setDefault(before);
		}
	}

	@Test
	void jsonHasProvenanceAndDays() {
		UUID agent = executions().agent("=only");
		store(agent, 2);
		store(executions().agent("other"), 2);
		aggregate(40);
		String updatedAt = JdbcClient.create(this.dataSource)
			.sql("select to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') from agent_metrics where agent_id = :agent")
			.param("agent", agent)
			.query(String.class)
			.single();
		LocalDate day = this.clock.today().minusDays(2);
		ask(ONE + "?format=json&from=%s&to=%s".formatted(day, day.plusDays(1)), agent).expectStatus()
			.isOk()
			.expectHeader()
			.contentType(MediaType.APPLICATION_JSON)
			.expectBody()
			.jsonPath("$.days[0].updated_at")
			.value(String.class, (written) -> assertThat(written).startsWith(updatedAt.replaceAll("0+$", "")))
			.json("""
					{
						"provenance": {
							"from": "%sT00:00:00Z", "to": "%sT00:00:00Z", "zone": "UTC", "aggregated_through": "%s",
							"computed_at": "%s", "missing": []
						},
						"days": [
							{
								"metric_date": "%s", "agent_id": "%s", "agent_name": "=only", "total_executions": 2,
								"successful_executions": 1, "failed_executions": 1, "cancelled_executions": 0,
								"in_progress_executions": 0, "total_errors": 1, "success_rate": 50.0,
								"error_rate": 50.0, "timed_executions": 2, "avg_execution_time_ms": 200.0,
								"min_execution_time_ms": 100, "max_execution_time_ms": 300,
								"p50_execution_time_ms": 100, "p95_execution_time_ms": 300,
								"p99_execution_time_ms": 300, "percentiles_exact": true, "revision": 1
							}
						]
					}
					""".formatted(day, day.plusDays(1), this.clock.today().minusDays(1), this.clock.instant(), day,
					agent), JsonCompareMode.LENIENT);
	}

	@Test
	void onlyClosedDaysAreExported() {
		UUID agent = executions().agent("only");
		store(agent, 3);
		store(agent, 0);
		aggregate(40);
		JdbcClient.create(this.dataSource).sql("""
				insert into agent_metrics (agent_id, metric_date, total_executions, successful_executions,
					failed_executions, cancelled_executions, in_progress_executions, total_errors, success_rate,
					error_rate, timed_executions, sum_execution_time_ms, hourly_counts, latency_sketch,
					provisional)
				values (:agent, :day, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', true)
				""").param("agent", agent).param("day", this.clock.today().minusDays(5)).update();
		assertThat(csv("?to=" + this.clock.today().plusDays(2))).hasLineCount(2);
		JdbcClient.create(this.dataSource).sql("delete from aggregated_days").update();
		assertThat(csv("")).isEqualTo(HEADER + "\r\n");
	}

	@Test
	void agentThatIsNotKnownHasNoRows() {
		ask(ONE + "?format=json", UUID.randomUUID()).expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.days.length()")
			.isEqualTo(0);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "?format=xls | The parameter 'format' must be one of csv, json.",
			"?bom=yes | The parameter 'bom' must be one of false, true.",
			"?from=yesterday | The parameter 'from' must be a day from 1970-01-01 to 9999-12-31, such as 2026-11-22.",
			"?to=2026-11-31 | The parameter 'to' must be a day from 1970-01-01",
			"?to=-999999999-01-01 | The parameter 'to' must be a day from 1970-01-01",
			"?from=2026-11-02&to=2026-11-02 | The parameter 'from' must be a day before 'to' (2026-11-02), but was 2026-11-02.",
			"?from=2024-01-01&to=2026-01-01 | may be at most 400 days apart" })
	void whatCannotBeExportedIsRefusedWithWhatIsAllowed(String query, String sentence) {
		assertProblem(ask(ALL + query), HttpStatus.BAD_REQUEST, sentence);
		assertProblem(ask(ONE + query, UUID.randomUUID()), HttpStatus.BAD_REQUEST, sentence);
	}

	@Test
	void headHasTheHeadersAndReadsNothing() {
		List<String> statements = this.dataSource.statementsOf(() -> http("http://localhost:" + this.port).head()
			.uri(ALL)
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentType("text/csv;charset=UTF-8"));
		assertThat(statements).noneMatch((sql) -> sql.contains("agent_metrics"));
	}

	/** A successful execution of 100 ms and a failed one of 300 ms. */
	private void store(UUID agent, int daysAgo) {
		executions().insertAll(
				List.of(TestExecution.completed(agent, this.clock.instant().minus(Duration.ofDays(daysAgo)), 100),
						TestExecution.failed(agent, this.clock.instant().minus(Duration.ofDays(daysAgo)), 300, "no")));
	}

	private String csv(String query) {
		return Objects.requireNonNull(
				ask(ALL + query).expectStatus().isOk().expectBody(String.class).returnResult().getResponseBody());
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
			.jsonPath("$.detail")
			.value(String.class, (detail) -> assertThat(detail).contains(sentence));
	}

}
