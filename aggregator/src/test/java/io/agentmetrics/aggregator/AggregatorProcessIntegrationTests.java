package io.agentmetrics.aggregator;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.agentmetrics.db.PgBouncer;
import io.agentmetrics.db.SqlSession;
import io.agentmetrics.db.TestDatabase;
import io.agentmetrics.db.lock.AdvisoryLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The packaged aggregator as whoever launches it sees it: exit codes, what it prints,
 * signals.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Signals are those of POSIX")
class AggregatorProcessIntegrationTests {

	private final AggregatorFixture fixture = AggregatorFixture.atNoon();

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void runThatDoesEverythingEndsWithZeroAndSoDoesTheNextThatFindsNothing() {
		this.fixture.storeDays(3, 4);
		try (AggregatorProcess first = AggregatorProcess.start(this.fixture)) {
			assertThat(first.exitCode()).as(first.output()).isZero();
			assertThat(first.output())
				.contains("Aggregation ended status=\"COMPLETED\" days=\"4\" executions=\"12\" failedAgentDays=\"0\"")
				.doesNotContain("Day aggregated");
		}
		this.fixture.oracle().assertEverythingIsRight();
		try (AggregatorProcess second = AggregatorProcess.start(this.fixture)) {
			assertThat(second.exitCode()).as(second.output()).isZero();
			assertThat(second.output()).contains("Nothing to aggregate");
		}
	}

	/** Under the process's heap of 256 MB. */
	@Test
	void damagedSketchesAreNamedAndRebuilt() {
		this.fixture.storeDays(8, 1);
		this.fixture.sql().run("""
				insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms)
				select agent_id, user_id, status, execution_start, n * n
				from agent_executions, generate_series(1, 3000) as n
				""");
		assertThat(this.fixture.run()).isTrue();
		List<String> agents = this.fixture.sql().column("select agent_id from agent_metrics order by agent_id");
		List<String> damages = List.of("substring(latency_sketch for 2000)", "substring(latency_sketch from 1000)",
				"set_bit(latency_sketch, 4000, 1 - get_bit(latency_sketch, 4000))",
				"overlay(latency_sketch placing '\\x7fffffffffffffff' from 7)", "set_byte(latency_sketch, 4, 2)",
				"(select decode(string_agg(md5(n || 'a'), ''), 'hex') from generate_series(1, 400) as n)",
				"substring(latency_sketch for 46) || (select decode(string_agg(md5(n || 'b'), ''), 'hex') from generate_series(1, 400) as n)");
		for (int i = 0; i < damages.size(); i++) {
			this.fixture.sql()
				.run("update agent_metrics set latency_sketch = %s where agent_id = '%s'", damages.get(i),
						agents.get(i));
		}
		this.fixture.sql()
			.run("delete from agent_executions where agent_id = '%s' and execution_time_ms = 100", agents.getLast());
		try (AggregatorProcess process = AggregatorProcess.start(this.fixture)) {
			assertThat(process.exitCode()).as(process.output()).isZero();
			assertThat(process.output()).contains(agents.stream()
				.limit(damages.size())
				.map((agent) -> "Damaged latency sketch agent=\"%s\" day=\"%s\"".formatted(agent,
						this.fixture.today().minusDays(1)))
				.toList());
		}
		this.fixture.oracle().assertEverythingIsRight();
	}

	/** Of one agent in one hour there are 130 MB. */
	@Test
	void longMessagesOfAnAgentThatFailsAllTheTimeFitIntoTheHeap() {
		this.fixture.storeDays(2, 1);
		this.fixture.sql()
			.run("""
					insert into agent_executions (agent_id, user_id, status, execution_start, execution_time_ms, error_message)
					select agent_id, user_id, 'FAILED', execution_start, n, n || repeat(' stack frame', 100)
					from agent_executions, generate_series(1, 130000) as n
					where agent_id = (select min(id::text)::uuid from agents)
					""");
		try (AggregatorProcess process = AggregatorProcess.start(this.fixture)) {
			assertThat(process.exitCode()).as(process.output()).isZero();
		}
		this.fixture.oracle().assertEverythingIsRight();
	}

	@Test
	void emptyDatabaseIsMigratedOnRequestAndOnlyThen() {
		try (TestDatabase empty = TestDatabase.empty()) {
			Map<String, String> environment = Map.of("SPRING_DATASOURCE_URL", empty.url(), "SPRING_DATASOURCE_USERNAME",
					empty.username());
			try (AggregatorProcess tooEarly = AggregatorProcess.start(environment)) {
				assertThat(tooEarly.exitCode()).as(tooEarly.output()).isEqualTo(4);
				assertThat(tooEarly.output()).contains("run `java -jar aggregator.jar migrate`")
					.doesNotContain("\tat ");
			}
			for (int round = 0; round < 2; round++) {
				try (AggregatorProcess migration = AggregatorProcess.start(environment, "migrate")) {
					assertThat(migration.exitCode()).as(migration.output()).isZero();
					assertThat(migration.output()).contains("Schema is up to date");
				}
			}
			try (AggregatorProcess run = AggregatorProcess.start(environment)) {
				assertThat(run.exitCode()).as(run.output()).isZero();
			}
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			--from=2026-11-01             | Spring would ignore '--from=2026-11-01': write 'from=2026-11-01'
			from=2026-02-30               | from=2026-02-30 is not a date
			until=2026-11-01              | Unknown parameter 'until'
			from=2026-11-08 to=2026-11-01 | from=2026-11-08 must be before to=2026-11-01
			""")
	void wrongArgumentsEndWithTwoAndTheUsage(String arguments, String message) {
		try (AggregatorProcess process = AggregatorProcess.start(Map.of(), arguments.split(" "))) {
			assertThat(process.exitCode()).isEqualTo(2);
			assertThat(process.output()).contains(message).contains("Usage:").doesNotContain("\tat ");
		}
	}

	@Test
	void daysAreLoggedOneByOneWhenAskedFor() {
		this.fixture.storeDays(3, 4);
		try (AggregatorProcess process = AggregatorProcess.start(this.fixture,
				"--logging.level.io.agentmetrics.aggregator.job=debug")) {
			assertThat(process.exitCode()).as(process.output()).isZero();
			assertThat(process.output()).containsOnlyOnce("day=\"" + this.fixture.today().minusDays(1) + "\"")
				.contains("Day aggregated", "executions=\"3\"", "agents=\"3\"");
		}
	}

	@ParameterizedTest
	@CsvSource({ "--help, Usage: java -jar aggregator.jar", "-h, Usage: java -jar aggregator.jar",
			"--version, Agent Metrics aggregator 1.0.0" })
	void whoAsksIsAnsweredWithoutADatabase(String argument, String answer) {
		try (AggregatorProcess process = AggregatorProcess.start(Map.of(), argument)) {
			assertThat(process.exitCode()).as(process.output()).isZero();
			assertThat(process.output()).startsWith(answer);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "postgresql://any:secret@localhost:5432/metrics", "any:secret@localhost:5432/metrics" })
	void urlOfAnotherKindEndsWithTwo(String url) {
		try (AggregatorProcess process = AggregatorProcess.start(Map.of("SPRING_DATASOURCE_URL", url))) {
			assertThat(process.exitCode()).as(process.output()).isEqualTo(2);
			assertThat(process.output())
				.contains("SPRING_DATASOURCE_URL has to be like jdbc:postgresql://host:5432/name")
				.doesNotContain("\tat ", "secret");
		}
	}

	@Test
	void loginThatMayNotWriteEndsWithTwo() {
		this.fixture.sql().run("drop role if exists reads_only");
		this.fixture.sql().run("create role reads_only login in role agent_metrics_reader");
		for (String command : List.of("shard=0 shards=1", "migrate")) {
			try (AggregatorProcess process = AggregatorProcess.startWith("SPRING_DATASOURCE_USERNAME", "reads_only",
					this.fixture, command.split(" "))) {
				assertThat(process.exitCode()).as(process.output()).isEqualTo(2);
				assertThat(process.output()).contains("The database login may not do this", "permission denied")
					.doesNotContain("\tat ");
			}
		}
		this.fixture.sql().run("drop role reads_only");
	}

	@Test
	void olderJavaIsToldWhichOneIsNeeded() throws Exception {
		Path java = Path.of("/usr/lib/jvm/java-17-openjdk-amd64/bin/java");
		assumeThat(java).as("A Java 17 to try").exists();
		Process process = new ProcessBuilder(java.toString(), "-jar", System.getProperty("aggregator.jar"))
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isEqualTo(2);
		assertThat(output)
			.isEqualTo("The aggregator needs Java 25 or newer, but this is Java 17." + System.lineSeparator());
	}

	@Test
	void dayThatIsNotOverEndsWithTwo() {
		String tomorrow = this.fixture.today().plusDays(1).toString();
		try (AggregatorProcess process = AggregatorProcess.start(this.fixture, "to=" + tomorrow)) {
			assertThat(process.exitCode()).as(process.output()).isEqualTo(2);
			assertThat(process.output()).contains("to=" + tomorrow + " is not over yet").doesNotContain("\tat ");
		}
	}

	@Test
	void busyEndsWithThree() {
		try (SqlSession other = this.fixture.session()) {
			other.run(AdvisoryLock.AGGREGATION.key().inSession());
			try (AggregatorProcess process = AggregatorProcess.start(this.fixture)) {
				assertThat(process.exitCode()).as(process.output()).isEqualTo(3);
				assertThat(process.output()).contains("Another aggregator is running").doesNotContain("\tat ");
			}
		}
	}

	@Test
	void poolerThatMixesSessionsEndsWithTwoAndOneThatKeepsThemIsAsGoodAsPostgres() {
		try (PgBouncer pooler = PgBouncer.start(this.fixture.database(), "transaction");
				AggregatorProcess process = AggregatorProcess.startAt(pooler.url(), this.fixture)) {
			assertThat(process.exitCode()).as(process.output()).isEqualTo(2);
			assertThat(process.output()).contains("pool_mode = session").doesNotContain("\tat ");
		}
		try (PgBouncer pooler = PgBouncer.start(this.fixture.database(), "session");
				AggregatorProcess process = AggregatorProcess.startAt(pooler.url(), this.fixture)) {
			assertThat(process.exitCode()).as(process.output()).isZero();
		}
	}

	@Test
	void lockThatIsNotToBeHadEndsWithFiveAndNamesWhoHasIt() {
		this.fixture.storeDays(2, 2);
		try (SqlSession other = this.fixture.session()) {
			other.run("set application_name = 'the holder'");
			other.run("begin");
			other.run("lock table agent_metrics in share mode");
			try (AggregatorProcess process = AggregatorProcess.startWith("SPRING_DATASOURCE_HIKARI_CONNECTIONINITSQL",
					"set lock_timeout = '1s'", this.fixture)) {
				assertThat(process.exitCode()).as(process.output()).isEqualTo(5);
				assertThat(process.output()).contains("of the holder since");
			}
			other.run("rollback");
		}
	}

	@Test
	void withoutDatabaseConfiguredEndsWithFourAndNamesTheVariables() {
		try (AggregatorProcess process = AggregatorProcess.start(Map.of())) {
			assertThat(process.exitCode()).as(process.output()).isEqualTo(4);
			assertThat(process.output()).contains("SPRING_DATASOURCE_URL").doesNotContain("\tat ");
		}
	}

	@Test
	void unreachableDatabaseEndsWithFour() {
		try (AggregatorProcess process = AggregatorProcess.start(Map.of("SPRING_DATASOURCE_URL",
				"jdbc:postgresql://localhost:1/nothing", "SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT", "1000"))) {
			assertThat(process.exitCode()).as(process.output()).isEqualTo(4);
			assertThat(process.output()).containsIgnoringCase("reach").doesNotContain("\tat ");
		}
	}

	@Test
	void runWithoutAnAgentsDayEndsWithZeroAndNamesIt() {
		this.fixture.storeDays(1, 2);
		this.fixture.sql().run("alter table agent_executions drop constraint agent_executions_time_not_negative");
		this.fixture.sql().run("update agent_executions set execution_time_ms = -5 where execution_time_ms = 7");
		try (AggregatorProcess process = AggregatorProcess.start(this.fixture)) {
			assertThat(process.exitCode()).as(process.output()).isZero();
			assertThat(process.output())
				.contains("An agent's day was not aggregated",
						"agent=\"" + this.fixture.sql().value("select id from agents") + "\" day=\""
								+ this.fixture.today().minusDays(1) + "\" cause=\"A duration is not negative: -5 ms\"")
				.doesNotContain("\tat ");
		}
	}

	@Test
	void runThatFailsEndsWithFive() {
		this.fixture.storeDays(1, 2);
		this.fixture.sql().run("alter table agent_metrics drop column revision");
		try (AggregatorProcess process = AggregatorProcess.start(this.fixture)) {
			assertThat(process.exitCode()).as(process.output()).isEqualTo(5);
		}
	}

	@Test
	void termSignalStopsTheRunCleanlyAndTheNextOneFinishes() {
		this.fixture.storeDays(30, 200);
		try (SqlSession gate = this.fixture.session();
				AggregatorProcess process = AggregatorProcess.start(this.fixture)) {
			gate.run("begin");
			gate.run("lock table agent_metrics in share mode");
			this.fixture.awaitBlocked(2);
			process.terminate();
			// what is being written may come to its end
			gate.run("commit");
			assertThat(process.exitCode(Duration.ofSeconds(10))).isEqualTo(143);
			assertThat(process.output()).contains("status=\"STOPPED\"");
		}
		assertThat(this.fixture.sql().column("select status from batch_job_execution")).containsExactly("STOPPED");
		assertThat(this.fixture.sql().column("select distinct status from batch_step_execution"))
			.containsExactly("STOPPED");
		assertThat(this.fixture.closedDays()).hasSizeLessThan(200);
		assertNextRunIsRight();
	}

	@Test
	void runThatCannotEndAfterTheTermSignalIsRecoveredByTheNext() {
		this.fixture.storeDays(3, 4);
		try (SqlSession gate = this.fixture.session();
				AggregatorProcess process = AggregatorProcess.start(this.fixture)) {
			gate.run("begin");
			gate.run("lock table agent_metrics in share mode");
			this.fixture.awaitBlocked(1);
			process.terminate();
			assertThat(process.exitCode(Duration.ofSeconds(10))).isEqualTo(143);
			gate.run("rollback");
		}
		assertNextRunIsRight();
	}

	@Test
	void killedRunIsRecoveredByTheNext() {
		this.fixture.storeDays(30, 200);
		try (SqlSession gate = this.fixture.session();
				AggregatorProcess process = AggregatorProcess.start(this.fixture)) {
			gate.run("begin");
			gate.run("lock table agent_error_groups in share mode");
			this.fixture.awaitBlocked(2);
			process.kill();
			assertThat(process.exitCode()).isEqualTo(137);
			gate.run("commit");
		}
		assertThat(this.fixture.sql().column("select status from batch_job_execution")).containsExactly("STARTED");
		try (AggregatorProcess next = AggregatorProcess.start(this.fixture)) {
			assertThat(next.exitCode()).as(next.output()).isZero();
			assertThat(next.output()).contains("An earlier run was killed; recovered");
		}
		assertNothingIsLeft();
		assertThat(this.fixture.sql().column("select status from batch_job_execution order by 1"))
			.containsExactly("COMPLETED", "FAILED");
	}

	@Test
	void runThatWasOvertakenWhileItWasPausedWritesNothing() {
		this.fixture.storeDays(10, 20);
		try (SqlSession gate = this.fixture.session();
				AggregatorProcess paused = AggregatorProcess.start(this.fixture)) {
			gate.run("begin");
			// planned and about to begin
			gate.run("lock table batch_step_execution in share mode");
			this.fixture.awaitBlocked(1);
			paused.pause();
			this.fixture.terminate("agent-metrics-aggregator-lock");
			gate.run("commit");
			try (AggregatorProcess next = AggregatorProcess.start(this.fixture)) {
				assertThat(next.exitCode()).as(next.output()).isZero();
			}
			assertWritesNothing(paused, 5);
			assertThat(paused.output()).contains("A newer aggregator has started");
		}
		assertNextRunIsRight();
	}

	/**
	 * PostgreSQL waits for the rest of the COPY, and none of its timeouts ends that.
	 */
	@Test
	void runThatIsPausedInTheMiddleOfWritingIsOvertakenAndWritesNothing() {
		this.fixture.storeDays(10, 20);
		try (SqlSession gate = this.fixture.session();
				AggregatorProcess paused = AggregatorProcess.start(this.fixture)) {
			gate.run("begin");
			gate.run("lock table agent_metrics in share mode");
			this.fixture.awaitBlocked(1);
			paused.pause();
			this.fixture.terminate("agent-metrics-aggregator-lock");
			gate.run("commit");
			try (AggregatorProcess next = AggregatorProcess.start(this.fixture)) {
				assertThat(next.exitCode()).as(next.output()).isZero();
				assertThat(next.output())
					.contains("A run that has lost its lock is still writing; its sessions are ended");
			}
			assertWritesNothing(paused, 4, 5);
		}
		assertNextRunIsRight();
	}

	/** The processes are told to write in Egypt's way, with ٠ to ٩. */
	@Test
	void digitsAreThoseOfSql() {
		this.fixture.storeDays(12, 1);
		try (AggregatorProcess shard = shardOfThree(1)) {
			assertThat(shard.exitCode()).as(shard.output()).isZero();
			assertThat(shard.output()).matches("\\p{ASCII}+");
		}
	}

	@Test
	void threeShardsAtOnceCloseTheDays() {
		this.fixture.storeDays(12, 20);
		List<AggregatorProcess> shards = IntStream.range(0, 3).mapToObj(this::shardOfThree).toList();
		try {
			for (AggregatorProcess shard : shards) {
				assertThat(shard.exitCode()).as(shard.output()).isZero();
			}
		}
		finally {
			shards.forEach(AggregatorProcess::close);
		}
		assertThat(this.fixture.closedDays()).hasSize(20);
		assertThat(this.fixture.sql().column("select distinct revision from agent_metrics")).containsExactly("1");
		assertNothingIsLeft();
	}

	@Test
	void daysStayOpenUntilTheShardThatWasKilledHasRunAgain() {
		this.fixture.storeDays(12, 20);
		try (SqlSession gate = this.fixture.session();
				AggregatorProcess killed = shardOfThree(0);
				AggregatorProcess second = shardOfThree(1);
				AggregatorProcess third = shardOfThree(2)) {
			gate.run("begin");
			gate.run("lock table agent_metrics in share mode");
			this.fixture.awaitBlocked(3);
			killed.kill();
			assertThat(killed.exitCode()).isEqualTo(137);
			gate.run("commit");
			assertThat(second.exitCode()).as(second.output()).isZero();
			assertThat(third.exitCode()).as(third.output()).isZero();
		}
		assertThat(this.fixture.closedDays()).isEmpty();
		try (AggregatorProcess again = shardOfThree(0)) {
			assertThat(again.exitCode()).as(again.output()).isZero();
			assertThat(again.output()).contains("An earlier run was killed; recovered");
		}
		assertThat(this.fixture.closedDays()).hasSize(20);
		assertNothingIsLeft();
	}

	@Test
	void takenPortIsAWarningAndOnlyOfARunWithWork() throws IOException {
		this.fixture.storeDays(3, 4);
		try (ServerSocket taken = new ServerSocket(0)) {
			for (boolean work : List.of(true, false)) {
				try (AggregatorProcess process = AggregatorProcess.startWith("AGENT_METRICS_EXPOSITION_PORT",
						taken.getLocalPort(), this.fixture)) {
					assertThat(process.exitCode()).as(process.output()).isZero();
					assertThat(process.output().contains("WARN") && process.output()
						.contains("Prometheus cannot scrape this run: its port cannot be opened")).isEqualTo(work);
				}
			}
		}
	}

	private AggregatorProcess shardOfThree(int index) {
		return AggregatorProcess.startWith("JOB_COMPLETION_INDEX", index, this.fixture, "shards=3");
	}

	/** Resumes a run that has been overtaken, and waits for its end. */
	private void assertWritesNothing(AggregatorProcess overtaken, Object... exitCodes) {
		var agentDays = this.fixture.agentDays();
		var closedDays = this.fixture.closedDays();
		String watermarks = this.fixture.watermarks();
		overtaken.resume();
		assertThat(overtaken.exitCode()).as(overtaken.output()).isIn(exitCodes);
		assertThat(this.fixture.agentDays()).isEqualTo(agentDays);
		assertThat(this.fixture.closedDays()).isEqualTo(closedDays);
		assertThat(this.fixture.watermarks()).isEqualTo(watermarks);
	}

	private void assertNextRunIsRight() {
		assertThat(this.fixture.run()).isTrue();
		assertNothingIsLeft();
	}

	private void assertNothingIsLeft() {
		this.fixture.oracle().assertEverythingIsRight();
		assertThat(this.fixture.sql()
			.number("select count(*) from batch_job_execution where status in ('STARTING', 'STARTED')")).isZero();
		assertThat(this.fixture.sql()
			.number("select count(*) from batch_step_execution where status in ('STARTING', 'STARTED')")).isZero();
	}

}
