package io.agentmetrics.aggregator;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.agentmetrics.db.TestExecution;
import io.agentmetrics.db.TestExecution.Report;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Releases, environments, tokens and costs in the stored days, against what SQL says of
 * the same executions.
 */
class CellsIntegrationTests {

	private static final LocalDate FIRST = LocalDate.parse("2026-09-01");

	private static final String CELLS = """
			select agent_version, environment, other, total_executions from agent_metric_cells
			order by other, total_executions desc, agent_version collate "C" nulls first
			""";

	private final AggregatorFixture fixture = AggregatorFixture.at("2026-09-08T00:05:00Z");

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void dayOfOneReleaseIsItsOwnCell() {
		UUID agent = this.fixture.executions().agent("a");
		for (int n = 0; n < 3; n++) {
			this.fixture.executions()
				.insert(TestExecution.completed(agent, start(0, n), 5)
					.reporting(new Report("v1", "production", 10L, 2L, null, "0.1")));
		}
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql()
			.rows("select cells, agent_version, environment, token_executions, input_tokens, output_tokens, "
					+ "cached_input_tokens, cost_executions, cost_usd from agent_metrics"))
			.containsExactly(List.of("1", "v1", "production", "3", "30", "6", "0", "3", "0.3"));
		assertThat(this.fixture.sql().rows(CELLS)).isEmpty();
	}

	/** As they come packed, and one by one. */
	@ParameterizedTest
	@ValueSource(ints = { 30, 3_000 })
	void everyCellEqualsSqlOverTheRawRows(int perDay) {
		RandomExecutions random = new RandomExecutions(perDay);
		List<TestExecution> executions = new ArrayList<>();
		for (int agent = 0; agent < 3; agent++) {
			UUID agentId = this.fixture.executions().agent("agent " + agent);
			for (int day = 0; day < 3; day++) {
				executions.addAll(random.of(agentId, FIRST.plusDays(day), perDay));
			}
		}
		this.fixture.executions().insertAll(executions);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().number("select max(cells) from agent_metrics")).isGreaterThan(10);
	}

	@Test
	void smallestOfMoreThanFiftyCellsAreTheRest() {
		UUID agent = this.fixture.executions().agent("a");
		List<TestExecution> executions = new ArrayList<>();
		for (int n = 0; n < 1_200; n++) {
			Report report = Report.of("build " + n);
			executions.add(TestExecution.completed(agent, start(0, n % 51), 5).reporting(Report.of("build " + n % 51)));
			executions.add(TestExecution.completed(agent, start(1, n % 50), 5).reporting(Report.of("build " + n % 50)));
			executions.add(TestExecution.failed(agent, start(2, n), 6, "broken").reporting(report));
			executions.add(TestExecution.failed(agent, start(3, n), 6, "broken")
				.reporting((n < 1_000) ? report : Report.of("build 7")));
		}
		this.fixture.executions().insertAll(executions);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().rows("""
				select day.metric_date, cells, count(*), sum(cell.total_executions) filter (where other)
				from agent_metrics day join agent_metric_cells cell using (agent_id, metric_date)
				group by day.metric_date, cells order by 1
				""")).containsExactly(List.of("2026-09-01", "51", "50", "46"),
				List.of("2026-09-02", "50", "50", "null"), List.of("2026-09-03", "1001", "1", "1200"),
				List.of("2026-09-04", "1000", "50", "951"));
	}

	/**
	 * Slices in which nobody tells of a release, or of tokens and costs, come before,
	 * between and after others.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whatSomeTellWithinADayOfManySlicesIsFound(boolean allTellReleases) {
		RandomExecutions random = new RandomExecutions(77);
		List<TestExecution> executions = new ArrayList<>();
		for (int agent = 0; agent < 3; agent++) {
			UUID agentId = this.fixture.executions().agent("agent " + agent);
			for (TestExecution execution : random.of(agentId, FIRST, 3_000)) {
				boolean tells = execution.start().toString().matches("2026-09-01T(0[37]|1[0-3]).*")
						&& random.nextInt(9) == 0;
				executions.add(tells ? execution
						: execution.reporting(allTellReleases ? withoutUsage(execution.report()) : Report.NONE));
			}
		}
		this.fixture.executions().insertAll(executions);
		this.fixture.sql().run("""
				update pg_class set reltuples = 5000000, relpages = pg_relation_size(oid) / 8192
				where oid in (select tableoid from agent_executions)
				""");
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().number("select min(cells) from agent_metrics")).isGreaterThan(10);
		assertThat(this.fixture.sql().number("select min(token_executions) from agent_metrics")).isPositive();
	}

	/** Of an hour with too many failures to be packed, other releases come packed. */
	@Test
	void hourOfWhichOneReleaseFailsAllTheTimeIsRight() {
		UUID agent = this.fixture.executions().agent("failing");
		this.fixture.sql()
			.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms, error_message,
						agent_version, input_tokens)
					select '%s', gen_random_uuid(), 'FAILED', timestamptz '2026-09-01 00:00:00+00' + n * interval '50 ms', n,
						repeat('broken ', 1 + n %% 100), case when n %% 3 > 0 then 'worse' end, n
					from generate_series(1, 25000) n
					""",
					agent);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().rows(CELLS)).containsExactly(List.of("worse", "null", "f", "16667"),
				List.of("null", "null", "f", "8333"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "agent_version = 'v2'", "environment = 'staging'", "input_tokens = 7", "output_tokens = 7",
			"cached_input_tokens = 7", "cost_usd = 7" })
	void laterReportReaggregatesItsAgentDay(String change) {
		UUID agent = this.fixture.executions().agent("a");
		UUID id = this.fixture.executions().insert(TestExecution.completed(agent, start(0, 0), 5));
		this.fixture.executions().insert(TestExecution.completed(agent, start(0, 1), 5));
		this.fixture.executions().insert(TestExecution.completed(agent, start(1, 0), 5));
		assertThat(this.fixture.run()).isTrue();
		this.fixture.sql().run("update agent_executions set %s where id = '%s'", change, id);
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().column("select revision from agent_metrics order by metric_date"))
			.containsExactly("2", "1");
	}

	@Test
	void cellsGoWhenTheirDayHasOneReleaseOrNoExecutions() {
		UUID agent = this.fixture.executions().agent("a");
		for (int day = 0; day < 3; day++) {
			this.fixture.executions()
				.insert(TestExecution.completed(agent, start(day, 0), 5).reporting(Report.of("v1")));
			this.fixture.executions()
				.insert(TestExecution.completed(agent, start(day, 1), 5).reporting(Report.of("v2")));
		}
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().rows(CELLS)).hasSize(6);
		this.fixture.sql().run("update agent_executions set agent_version = 'v2' where execution_start < '2026-09-02'");
		this.fixture.sql().run("delete from agent_executions where execution_start >= '2026-09-03'");
		assertThat(this.fixture.run()).isTrue();
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql().column("select distinct metric_date from agent_metric_cells"))
			.containsExactly("2026-09-02");
	}

	@ParameterizedTest
	@CsvSource({ "input_tokens = -1", "output_tokens = -9223372036854775808", "cached_input_tokens = -1",
			"cost_usd = -0.1", "cost_usd = 'NaN'", "cost_usd = 'infinity'" })
	void reportThatCannotBeHarmsItsOwnAgentDay(String absurd) {
		for (int perAgent : new int[] { 1, 20 }) {
			UUID agent = this.fixture.executions().agent("absurd " + perAgent);
			UUID sane = this.fixture.executions().agent("sane " + perAgent);
			for (int n = 0; n < perAgent; n++) {
				this.fixture.executions().insert(TestExecution.completed(agent, start(perAgent % 7, n), 5));
				this.fixture.executions().insert(TestExecution.completed(sane, start(perAgent % 7, n), 5));
			}
		}
		this.fixture.executions()
			.beforeThereWereBounds(() -> this.fixture.sql()
				.run("update agent_executions set %s from agents where agents.id = agent_id and name like 'absurd%%'",
						absurd));
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql()
			.column("select name from agent_day_failures join agents on id = agent_id order by 1"))
			.containsExactly("absurd 1", "absurd 20");
		assertThat(this.fixture.sql()
			.column("select name from agent_metrics m join agents a on a.id = agent_id order by 1"))
			.containsExactly("sane 1", "sane 20");
		assertThat(this.fixture.closedDays()).hasSize(6);
	}

	@Test
	void tokensThatExceed64BitsAreToldAsSuch() {
		UUID agent = this.fixture.executions().agent("absurd");
		for (int n = 0; n < 6; n++) {
			this.fixture.executions().insert(TestExecution.completed(agent, start(0, n), 5));
		}
		this.fixture.executions()
			.beforeThereWereBounds(() -> this.fixture.sql()
				.run("update agent_executions set input_tokens = 9223372036854775807, output_tokens = 9223372036854775807"));
		assertThat(this.fixture.run()).isTrue();
		assertThat(this.fixture.sql().rows("select token_executions, input_tokens, output_tokens from agent_metrics"))
			.containsExactly(List.of("6", "9223372036854775807", "9223372036854775807"));
	}

	private static Report withoutUsage(Report report) {
		return new Report(report.version(), report.environment(), null, null, null, null);
	}

	private static Instant start(int day, int second) {
		return Instant.parse("2026-09-01T10:00:00Z").plusSeconds(day * 86_400L + second);
	}

}
